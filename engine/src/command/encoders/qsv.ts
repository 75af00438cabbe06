import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { hardwareProfile, renderNode, surfaceFilters } from './hardware.js';
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

/** Intel Quick Sync, from frames in memory: where no device is named, ffmpeg opens the first by itself. A quality means ICQ. */
export function qsvArgs(input: EncodeInput): EncodeArgs {
  const { video } = input;
  const { quality } = video;
  const node = renderNode(input);
  return {
    inputArgs: node === null ? [] : ['-init_hw_device', `qsv=qs:hw_any,child_device=${node}`],
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
