import { colorArgs } from '../color.js';
import type { EncodeArgs, EncodeInput, EncoderName } from './encoder.types.js';
import { nvencArgs } from './nvenc.js';
import { qsvArgs } from './qsv.js';
import { svtArgs } from './svt.js';
import { vaapiArgs } from './vaapi.js';
import { x264Args } from './x264.js';
import { x265Args } from './x265.js';

export { chooseEncoder, encoderVersion, SOFTWARE_ENCODERS } from './choose.js';
export type { EncodeArgs, EncodeInput, EncoderName } from './encoder.types.js';

const BUILDERS: Record<EncoderName, (input: EncodeInput) => EncodeArgs> = {
  libsvtav1: svtArgs,
  libx265: x265Args,
  libx264: x264Args,
  av1_nvenc: nvencArgs,
  hevc_nvenc: nvencArgs,
  h264_nvenc: nvencArgs,
  av1_qsv: qsvArgs,
  hevc_qsv: qsvArgs,
  h264_qsv: qsvArgs,
  av1_vaapi: vaapiArgs,
  hevc_vaapi: vaapiArgs,
  h264_vaapi: vaapiArgs,
};

/** Every encoder that there are arguments for. */
export const ENCODER_NAMES = Object.keys(BUILDERS) as readonly EncoderName[];

/** All that one encoder needs to be told, its name and the picture's colour included. */
export function encoderArgs(encoder: EncoderName, input: EncodeInput): EncodeArgs {
  const { args, ...rest } = BUILDERS[encoder](input);
  return { ...rest, args: ['-c:v', encoder, ...args, ...colorArgs(input.stream.color)] };
}
