import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { hardwareProfile, nvidiaIndex, surfaceFilters } from './hardware.js';
import { bitRateArgs, hardwareQuality, presetName } from './quality.js';

/** NVENC is fast with any of them, so that its middle stands at SVT-AV1's fast end. */
const PRESETS = ['p7', 'p7', 'p7', 'p7', 'p7', 'p6', 'p6', 'p5', 'p5', 'p4', 'p4', 'p3', 'p2', 'p1'];

/**
 * NVIDIA. Only what every generation of cards has: temporal AQ, look-ahead and B-frames as references end the encode
 * on those that lack them.
 */
export function nvencArgs(input: EncodeInput): EncodeArgs {
  const { video } = input;
  const { quality } = video;
  const index = nvidiaIndex(input);
  return {
    inputArgs: [],
    filters: surfaceFilters(input),
    args: [
      '-rc',
      'vbr',
      ...('crf' in quality
        ? ['-cq', hardwareQuality('nvenc', video.codec, quality.crf), '-b:v', '0']
        : [...bitRateArgs(quality.bitRate), '-multipass', 'qres']),
      '-preset',
      presetName(PRESETS, video.preset),
      '-tune',
      'hq',
      '-spatial-aq',
      '1',
      '-g',
      String(video.keyframeInterval),
      ...(index === null ? [] : ['-gpu', index]),
      ...hardwareProfile(input),
    ],
  };
}
