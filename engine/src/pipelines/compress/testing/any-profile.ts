import fc from 'fast-check';
import { PLAUSIBLE } from '../../../command/encoders/testing/video-encode.js';
import { profileSchema, type Profile, type ProfileInput } from '../../../profile/schema/index.js';

type Video = NonNullable<ProfileInput['video']>;

const oneOf = <const T extends readonly unknown[]>(...values: T) => fc.constantFrom<T[number]>(...values);
const languages = fc.subarray(['de', 'eng', 'und', 'pt-BR']);

const video: fc.Arbitrary<Video> = fc
  .record({
    codec: oneOf('av1', 'av1', 'hevc', 'h264', 'copy'),
    encoder: oneOf('software', 'software', 'nvenc', 'qsv', 'vaapi', 'auto'),
    fallback: oneOf('software', 'none'),
    crf: fc.integer({ min: 1, max: 51 }),
    bitRate: oneOf(0, 0, 900),
    preset: fc.nat(13),
    filmGrain: fc.oneof(fc.nat(50), fc.constant('auto' as const)),
    filmGrainDenoise: fc.boolean(),
    pixelFormat: oneOf('yuv420p', 'yuv420p10le'),
    highChroma: oneOf('skip', 'reduce'),
    keyframeSeconds: oneOf(0.5, 10, 60),
    maximumHeight: oneOf(0, 0, 0, 0, 720, 720, 3),
    interlaced: oneOf('deinterlace', 'deinterlace-frames', 'skip'),
    closedCaptions: oneOf('skip', 'drop'),
    some: fc.boolean(),
  })
  .map(({ some, ...fields }) => ({
    ...fields,
    parameters: some && fields.codec !== 'copy' ? PLAUSIBLE[fields.codec] : {},
  }));

type DolbyVision = NonNullable<ProfileInput['dolbyVision']>;

const alone = oneOf(undefined, 'keep', 'skip');
const layered = oneOf(undefined, 'convert', 'convert', 'reencode', 'reencode', 'keep', 'skip');
const single = oneOf(undefined, 'reencode', 'reencode', 'keep', 'skip');

const dolbyVision: fc.Arbitrary<DolbyVision> = fc
  .record({
    ...{ profile4: alone, profile5: alone, profile7Mel: layered, profile7Fel: layered },
    ...{
      profile81: single,
      profile84: single,
      others: oneOf('profile', 'profile', 'profile', 'reencode', 'reencode', 'skip'),
    },
    ...{ allowFelLoss: fc.boolean(), crf: fc.integer({ min: 1, max: 51 }), preset: fc.nat(13) },
    maximumBitRate: oneOf(0, 40_000),
  })
  .map((map) => {
    const makes81 = map.profile7Mel === 'convert' || map.profile7Fel === 'convert';
    return makes81 && map.profile81 === 'reencode' ? { ...map, profile81: 'keep' } : map;
  });

/** Any profile that the schema takes. */
export const anyProfile: fc.Arbitrary<Profile> = fc
  .record({
    video,
    audio: fc.record({
      codec: oneOf('opus', 'aac', 'copy'),
      keepCodecs: fc.subarray(['truehd', 'aac', 'dts-hd', 'pcm', 'flac']),
      keepLanguages: languages,
      dropLanguages: languages,
      commentary: oneOf('keep', 'drop'),
      stereoDownmix: oneOf('none', 'add'),
    }),
    subtitles: fc.record({
      keepLanguages: languages,
      dropLanguages: languages,
      forced: oneOf('always', 'as-others', 'only'),
      textFormat: oneOf('keep', 'srt', 'ass'),
      bitmaps: oneOf('keep', 'drop'),
      misfits: oneOf('skip-file', 'drop', 'drop'),
    }),
    hdr: fc.record({
      hdr10: oneOf('encode', 'skip'),
      hlg: oneOf('encode', 'skip'),
      hdr10Plus: oneOf('skip', 'drop'),
      dolbyVision: oneOf('skip', 'drop'),
    }),
    dolbyVision: fc.oneof(fc.constant(undefined), dolbyVision),
    keep: fc.record({
      ...{ chapters: fc.boolean(), attachments: fc.boolean(), coverArt: fc.boolean(), tags: fc.boolean() },
    }),
    container: oneOf('mkv', 'mkv', 'mp4', 'webm'),
    act: fc.record({
      minimumExpectedSaving: oneOf(-10, 0, 10, 99),
      minimumSaving: oneOf(-10, 10),
      goodVideoCodecs: fc.subarray(['av1', 'hevc']),
      goodContainers: fc.subarray(['mkv', 'mp4'] as const),
      modifiedAfter: oneOf(undefined, undefined, undefined, undefined, '2020-01-01'),
    }),
  })
  .map((input) => profileSchema.parse(input));
