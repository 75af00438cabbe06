import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dolbyVision } from '#engine/pipelines/dolby-vision/index.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { runFilm } from '../run-film.js';
import { probe, withFolder } from '../tools.js';
import { because, LACKS, LACKS_X265, sample } from './real-tool.js';
import { rpusOf } from './rpus.js';

const lacks = LACKS ?? LACKS_X265;
const profile = profileSchema.parse({
  dolbyVision: { profile7Mel: 'reencode', crf: 30, preset: 13 },
  act: { minimumExpectedSaving: 0, minimumSaving: 0 },
});

describe.skipIf(lacks !== null)(`Profile 7 (MEL) encoded anew as 8.1${because(lacks)}`, () => {
  it('p7_with_ac3.mkv', () =>
    withFolder(async (folder) => {
      const source = sample('p7_with_ac3.mkv');
      const { outcome, output, log } = await runFilm(dolbyVision, {
        source,
        folder: path.join(folder, 'work'),
        profile,
      });
      expect(outcome.kind, log.join('\n')).toBe('delivered');
      const made = await probe(output!);
      const video = made.streams.find((stream) => stream.kind === 'video');
      expect(video?.hdr.dolbyVision).toMatchObject({ profile: 8, elPresent: false, compatibilityId: 1 });
      expect(await rpusOf(output!, folder)).toEqual(await rpusOf(source, folder, true));
    }));
});
