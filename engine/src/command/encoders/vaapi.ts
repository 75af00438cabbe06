import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { hardwareProfile, renderNode, surfaceFilters } from './hardware.js';
import { bitRateArgs, hardwareQuality, presetName } from './quality.js';

/** Drivers know 1 to 7 at most, and take their own highest for what is above it. */
const LEVELS = ['1', '1', '1', '2', '2', '3', '3', '4', '4', '5', '5', '6', '6', '7'];

/**
 * VA-API: AMD and Intel. Constant QP, because it is the one mode of quality that every driver has. Where no device is
 * named, ffmpeg takes the first of /dev/dri/renderD* that opens.
 */
export function vaapiArgs(input: EncodeInput): EncodeArgs {
  const { video } = input;
  const { quality } = video;
  const node = renderNode(input);
  return {
    inputArgs: [
      '-init_hw_device',
      node === null ? 'vaapi=va' : `vaapi=va:${node}`,
      '-filter_hw_device',
      'va',
    ],
    filters: [...surfaceFilters(input), 'hwupload'],
    args: [
      ...('crf' in quality
        ? ['-rc_mode', 'CQP', '-global_quality', hardwareQuality('vaapi', video.codec, quality.crf)]
        : ['-rc_mode', 'VBR', ...bitRateArgs(quality.bitRate)]),
      '-compression_level',
      presetName(LEVELS, video.preset),
      '-g',
      String(video.keyframeInterval),
      ...hardwareProfile(input),
    ],
  };
}
