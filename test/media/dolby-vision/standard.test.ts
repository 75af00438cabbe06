import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { standard } from '#engine/pipelines/standard/index.js';
import { decide } from '#engine/plan/decide.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { REAL } from '../../support/media.js';
import { runFilm } from '../run-film.js';
import { ffmpeg, measure, probe, withFolder } from '../tools.js';
import { pictureOf } from './films.js';
import { because, LACKS_X265 } from './real-tool.js';

const profile = profileSchema.parse({
  dolbyVision: { others: 'reencode', crf: 40, preset: 13 },
  act: { minimumExpectedSaving: 0 },
});

/** A second and a half of a real film, its sound 120 ms late. */
const CLIP = [
  ...[
    '-ss',
    '8',
    '-t',
    '1.5',
    '-i',
    REAL.bunny,
    '-itsoffset',
    '0.12',
    '-ss',
    '8',
    '-t',
    '1.5',
    '-i',
    REAL.bunny,
  ],
  ...['-map', '0:v', '-map', '1:a', '-vf', 'scale=320:180', '-c:a', 'ac3'],
];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-x265-params'];
const signalled = (transfer: string) => [
  ...['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc', '-color_range', 'tv'],
];
const HDR10 =
  'log-level=error:crf=8:hdr10=1:repeat-headers=1:vbv-maxrate=50000:vbv-bufsize=50000:max-cll=800,200:' +
  'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)';

describe.skipIf(LACKS_X265 !== null)(`a film without Dolby Vision, by x265${because(LACKS_X265)}`, () => {
  it.each([
    ['HDR10', 'hdr10.mkv', [...HEVC, HDR10, ...signalled('smpte2084')], 'hdr10', 10],
    ['HLG', 'hlg.mkv', [...HEVC, 'log-level=error:crf=8', ...signalled('arib-std-b67')], 'hlg', 10],
    [
      'SDR in MP4',
      'sdr.mp4',
      ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '8', '-pix_fmt', 'yuv420p'],
      'sdr',
      10,
    ],
  ] as const)('%s', (_name, file, args, format, bitDepth) =>
    withFolder(async (folder) => {
      const source = path.join(folder, file);
      await ffmpeg(...CLIP, ...args, source);
      const made = await runFilm(standard, { source, folder: path.join(folder, 'work'), profile });
      expect(made.outcome.kind, made.log.join('\n')).toBe('delivered');
      const output = made.output ?? '';
      const [before, after] = [await pictureOf(source), await pictureOf(output)];
      expect(after).toMatchObject({ codec: 'hevc', bitDepth, frameRate: before.frameRate });
      expect(after.hdr).toMatchObject({ format, dolbyVision: null, contentLight: before.hdr.contentLight });
      expect(after.hdr.masteringDisplay === null).toBe(format !== 'hdr10');
      const [streams, others] = [(await measure(output)).streams, (await measure(source)).streams];
      expect(streams.map(({ packets }) => packets)).toEqual(others.map(({ packets }) => packets));
      // What is made is left alone, whatever it might save another time.
      expect(decide(await probe(output), profile)).toMatchObject({ reason: { code: 'reencoded_before' } });
      expect(made.checkpoint.map(({ step }) => step)).toEqual(standard.steps.map(({ name }) => name));
    }),
  );
});
