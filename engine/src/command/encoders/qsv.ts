import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { hardwareProfile, surfaceFilters } from './hardware.js';
import { bitRateArgs, hardwareQuality, presetName } from './quality.js';

const PRESETS = [
  'veryslow',
  'veryslow',
  'veryslow',
  'slower',
  'slower',
  'slow',
  'slow',
  'medium',
  'medium',
  'fast',
  'fast',
  'faster',
  'faster',
  'veryfast',
];

/** Intel Quick Sync, from frames in memory: ffmpeg opens the first device by itself. A quality means ICQ. */
export function qsvArgs(input: EncodeInput): EncodeArgs {
  const { video } = input;
  const { quality } = video;
  return {
    inputArgs: [],
    filters: surfaceFilters(input),
    args: [
      ...('crf' in quality
        ? ['-global_quality', hardwareQuality('qsv', video.codec, quality.crf)]
        : bitRateArgs(quality.bitRate)),
      '-preset',
      presetName(PRESETS, video.preset),
      '-g',
      String(video.keyframeInterval),
      ...hardwareProfile(input),
    ],
  };
}
