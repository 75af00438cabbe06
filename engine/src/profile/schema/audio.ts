import { z } from 'zod';

const kilobits = z.number().int().min(6).max(5120);

/** ISO 639 codes as people and files write them (`en`, `eng`, `ger`, `deu`, `pt-BR`); `und` for a track without. */
const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/)
  .meta({ title: 'a language code of two or three letters', examples: ['en', 'ger', 'pt-BR'] });

/** Names that people have for codecs, and ffmpeg's own: a list with a wrong one would match nothing, and say nothing. */
const MISNOMERS: Readonly<Record<string, string>> = {
  h265: 'hevc',
  'h.265': 'hevc',
  x265: 'hevc',
  'h.264': 'h264',
  x264: 'h264',
  avc: 'h264',
  mpeg2: 'mpeg2video',
  'mpeg-2': 'mpeg2video',
  'mpeg-4': 'mpeg4',
  divx: 'mpeg4',
  xvid: 'mpeg4',
  wmv: 'wmv3',
  'vc-1': 'vc1',
  'ac-3': 'ac3',
  dd: 'ac3',
  'e-ac-3': 'eac3',
  'eac-3': 'eac3',
  ddp: 'eac3',
  dtshd: 'dts-hd',
  'dts-hd-ma': 'dts-hd',
  'dts:x': 'dts-hd',
  'true-hd': 'truehd',
  lpcm: 'pcm',
};

export const codecName = (...examples: string[]) =>
  z
    .string()
    .min(1)
    .superRefine((name, context) => {
      const own = Object.hasOwn(MISNOMERS, name.toLowerCase())
        ? MISNOMERS[name.toLowerCase()]
        : name.toLowerCase();
      if (own === name) return;
      context.addIssue({
        code: 'custom',
        message: `has "${name}", which goes by the name of ${own}; write ${own}`,
      });
    })
    .meta({ title: 'the name of a codec', examples });

export const keepLanguages = (of: string) =>
  z
    .array(language)
    .default([])
    .describe(
      `Only ${of} in these languages are kept, such as [eng, ger]; und: those without one; empty: all.`,
    );

export const dropLanguages = (of: string) =>
  z.array(language).default([]).describe(`${of} in these languages are left out.`);

export const audioProfile = z
  .strictObject({
    codec: z
      .enum(['opus', 'aac', 'copy'])
      .default('opus')
      .describe('What sound is encoded to; copy leaves every track as it is.'),
    bitRates: z
      .strictObject({
        mono: kilobits.default(80).describe('kbit/s of a track with 1 channel.'),
        stereo: kilobits.default(128).describe('kbit/s of a track with 2 channels.'),
        surround: kilobits.default(288).describe('kbit/s of a track with 3 to 6 channels (5.1).'),
        surround71: kilobits.default(416).describe('kbit/s of a track with 7 or 8 channels (7.1).'),
      })
      .prefault({})
      .describe('kbit/s of the whole track, by its channels; a track with no more than that is copied.'),
    keepCodecs: z
      .array(codecName('flac', 'dts-hd'))
      .default(['truehd', 'mlp', 'flac', 'alac', 'dts-hd', 'eac3', 'atmos', 'opus'])
      .describe(
        "Codecs that are copied as they are, and always the profile's own. Besides ffmpeg's names: dts-hd (DTS-HD " +
          'Master Audio and DTS:X), atmos (any codec with objects) and pcm (every PCM).',
      ),
    keepLanguages: keepLanguages('tracks').describe(
      "Only tracks in these languages are kept, such as [eng, ger]; und: those without one; empty: all. A file's last " +
        'track is never left out.',
    ),
    dropLanguages: dropLanguages('Tracks'),
    commentary: z.enum(['keep', 'drop']).default('keep').describe('Tracks that are marked as commentary.'),
    stereoDownmix: z
      .enum(['none', 'add'])
      .default('none')
      .describe('add: beside surround sound whose language has no stereo track, a stereo mix of it.'),
  })
  .prefault({})
  .describe('What becomes of the sound.');
