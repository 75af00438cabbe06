import fc from 'fast-check';
import type { VideoEncode } from '../../../plan/plan.types.js';
import { HIGHEST_CRF, PARAMETERS, TUNES, type VideoCodec } from '../../../profile/schema/index.js';

/** An ordinary film's, for tests to change. */
export function videoEncode(special: Partial<VideoEncode> = {}): VideoEncode {
  return {
    codec: 'av1',
    encoder: 'software',
    fallback: 'software',
    quality: { crf: 28 },
    preset: 8,
    tune: 'default',
    parameters: {},
    filmGrain: 0,
    filmGrainDenoise: false,
    pixelFormat: 'yuv420p10le',
    keyframeInterval: 240,
    filters: [],
    framesPerFrame: 1,
    width: 1920,
    height: 1080,
    ...special,
  };
}

/** A value that the codec's software encoder takes for each of the parameters that profiles may set. */
export const PLAUSIBLE: Readonly<Record<VideoCodec, Readonly<Record<string, string | number>>>> = {
  av1: {
    scd: 0,
    lookahead: 32,
    'enable-overlays': 1,
    'enable-tf': 0,
    'tile-rows': 1,
    'tile-columns': 1,
    'enable-qm': 1,
    'qm-min': 2,
    'qm-max': 12,
  },
  hevc: {
    'aq-mode': 3,
    'aq-strength': 0.8,
    'psy-rd': 1.5,
    'psy-rdoq': 1,
    bframes: 8,
    ref: 4,
    'rc-lookahead': 30,
    deblock: '-1,-1',
    sao: 0,
    rd: 4,
    ctu: 32,
  },
  h264: {
    'aq-mode': 3,
    'aq-strength': 0.8,
    'psy-rd': '1.0,0.1',
    bframes: 8,
    ref: 4,
    'rc-lookahead': 30,
    deblock: '-1,-1',
    me: 'umh',
    subme: 7,
    trellis: 2,
  },
};

/** Whatever a valid profile can ask of a codec. */
export function anyVideoEncode(codec: VideoCodec): fc.Arbitrary<VideoEncode> {
  const parameters = fc
    .subarray([...PARAMETERS[codec]])
    .map((keys) =>
      Object.fromEntries(keys.map((key): [string, string | number] => [key, PLAUSIBLE[codec][key] ?? 1])),
    );
  const size = fc.integer({ min: 32, max: 4096 }).map((half) => 2 * half);
  return fc.record({
    codec: fc.constant(codec),
    encoder: fc.constantFrom('software', 'nvenc', 'qsv', 'vaapi', 'auto'),
    fallback: fc.constantFrom('software', 'none'),
    quality: fc.oneof(
      fc.record({ crf: fc.integer({ min: 1, max: HIGHEST_CRF[codec] }) }),
      fc.record({ bitRate: fc.integer({ min: 1, max: 200_000 }) }),
    ),
    preset: fc.integer({ min: 0, max: 13 }),
    tune: fc.constantFrom('default', ...(TUNES[codec] as VideoEncode['tune'][])),
    parameters,
    filmGrain: codec === 'av1' ? fc.integer({ min: 0, max: 50 }) : fc.constant(0),
    filmGrainDenoise: fc.boolean(),
    pixelFormat: fc.constantFrom('yuv420p', 'yuv420p10le'),
    keyframeInterval: fc.integer({ min: 1, max: 3600 }),
    filters: fc.subarray(['bwdif=mode=send_field', 'crop=1920:800:0:140', 'scale=w=1280:h=-2']),
    framesPerFrame: fc.constantFrom(1, 2),
    width: size,
    height: size,
  });
}
