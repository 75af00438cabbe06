import type { VideoCodec } from '../../profile/schema/index.js';
import type { HardwareFamily } from './encoder.types.js';

interface Scale {
  /** value = crf * factor + offset */
  factor: number;
  offset: number;
  /** the least and most that the option takes */
  range: readonly [least: number, most: number];
}

/**
 * From the crf of each codec's software encoder (SVT-AV1 1..63, x265 and x264 1..51) to what a hardware encoder
 * calls quality. Their scales resemble crf, but at the same number they spend less on hard scenes, so that the same
 * look needs a number a little lower than the scales alone would give. These are rules of thumb,
 * not measurements: whoever needs a certain quality sets `verify` in the profile.
 *
 *  family  option           h264          hevc          av1
 *  nvenc   -cq              crf, 1..51    crf + 1       crf * 51/63 + 3, 1..51 (builds before 6.1 take no more)
 *  qsv     -global_quality  crf, 1..51    crf, 1..51    crf * 51/63 + 1, 1..51 (ICQ)
 *  vaapi   -global_quality  crf + 1       crf + 1       crf * 4, 1..255        (constant QP; for AV1 the qindex)
 */
const SCALES: Record<HardwareFamily, Record<VideoCodec, Scale>> = {
  nvenc: {
    h264: { factor: 1, offset: 0, range: [1, 51] },
    hevc: { factor: 1, offset: 1, range: [1, 51] },
    av1: { factor: 51 / 63, offset: 3, range: [1, 51] },
  },
  qsv: {
    h264: { factor: 1, offset: 0, range: [1, 51] },
    hevc: { factor: 1, offset: 0, range: [1, 51] },
    av1: { factor: 51 / 63, offset: 1, range: [1, 51] },
  },
  vaapi: {
    h264: { factor: 1, offset: 1, range: [1, 51] },
    hevc: { factor: 1, offset: 1, range: [1, 51] },
    av1: { factor: 4, offset: 0, range: [1, 255] },
  },
};

/** @param crf on the scale of the codec's software encoder */
export function hardwareQuality(family: HardwareFamily, codec: VideoCodec, crf: number): string {
  const { factor, offset, range } = SCALES[family][codec];
  const [least, most] = range;
  return String(Math.min(most, Math.max(least, Math.round(crf * factor + offset))));
}

/**
 * An average that scenes may exceed: peaks of twice as much, held for two seconds.
 * @param bitRate kbit/s
 */
export function bitRateArgs(bitRate: number): string[] {
  return ['-b:v', `${bitRate}k`, '-maxrate', `${2 * bitRate}k`, '-bufsize', `${4 * bitRate}k`];
}

/** An encoder's own name for a preset on SVT-AV1's scale, 0 (slow) to 13 (fast). */
export function presetName(names: readonly string[], preset: number): string {
  return names[Math.min(names.length - 1, Math.max(0, Math.round(preset)))] ?? '';
}

/** x264's and x265's, by SVT-AV1's numbers; the slowest, placebo, is for nobody. */
export const X26X_PRESETS: readonly string[] = [
  'veryslow',
  'veryslow',
  'slower',
  'slower',
  'slow',
  'slow',
  'slow',
  'medium',
  'medium',
  'fast',
  'faster',
  'veryfast',
  'superfast',
  'ultrafast',
];
