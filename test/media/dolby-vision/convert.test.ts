import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dolbyVision } from '#engine/pipelines/dolby-vision/index.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { runFilm } from '../run-film.js';
import { probe, withFolder } from '../tools.js';
import { because, LACKS, sample } from './real-tool.js';
import { rpusOf } from './rpus.js';

const profile = profileSchema.parse({ dolbyVision: { profile7Mel: 'convert' } });

describe.skipIf(LACKS !== null)(`Profile 7 (MEL) to 8.1 without a new encode${because(LACKS)}`, () => {
  it.each(['p7_with_ac3.mkv', 'p7_mel.mkv'])('%s', (name) =>
    withFolder(async (folder) => {
      const source = sample(name);
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
    }),
  );
});
