import { statedRate } from '../frame-rate.js';
import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { integerMasteringDisplay, params } from './params.js';
import { bitRateArgs, presetName, X26X_PRESETS } from './quality.js';

/** From this preset on, x265 looks ahead fewer frames than it may be asked to put B-frames in a row. */
const SHORT_LOOKAHEAD_PRESET = 9;

/** kbit/s: what HEVC's high tier allows at level 5.1 and at level 4.1, so that the limit itself costs nothing. */
export function bufferLimit(width: number, height: number): number {
  return width * height > 1920 * 1088 ? 160_000 : 50_000;
}

/** Light levels; with them a buffer limit is always set, since x265 without one may spin for ever. */
function lightParams({ video, stream: { hdr } }: EncodeInput): Record<string, string | number> {
  if (hdr.masteringDisplay === null && hdr.contentLight === null) return {};
  const limit = bufferLimit(video.width, video.height);
  return {
    ...(hdr.format === 'hlg' ? {} : { hdr10: 1 }),
    'repeat-headers': 1,
    ...(hdr.masteringDisplay === null
      ? {}
      : { 'master-display': integerMasteringDisplay(hdr.masteringDisplay) }),
    ...(hdr.contentLight === null
      ? {}
      : { 'max-cll': `${hdr.contentLight.maxContent},${hdr.contentLight.maxAverage}` }),
    ...('crf' in video.quality ? { 'vbv-maxrate': limit, 'vbv-bufsize': limit } : {}),
  };
}

function ownParams(input: EncodeInput): string {
  const { video, stream, threads } = input;
  const rate = statedRate(stream, video);
  const lookahead =
    video.preset >= SHORT_LOOKAHEAD_PRESET && video.parameters['bframes'] !== undefined
      ? { 'rc-lookahead': 20 }
      : {};
  return (
    params({
      'log-level': 'error',
      ...(threads === undefined ? {} : { pools: threads }),
      fps: `${rate.numerator}/${rate.denominator}`,
      ...lightParams(input),
      ...lookahead,
      ...video.parameters,
    }) ?? ''
  );
}

export function x265Args(input: EncodeInput): EncodeArgs {
  const { video } = input;
  const { quality } = video;
  return {
    inputArgs: [],
    filters: [],
    args: [
      ...('crf' in quality ? ['-crf', String(quality.crf)] : bitRateArgs(quality.bitRate)),
      '-preset',
      presetName(X26X_PRESETS, video.preset),
      ...(video.tune === 'default' ? [] : ['-tune', video.tune]),
      '-g',
      String(video.keyframeInterval),
      '-pix_fmt',
      video.pixelFormat,
      '-profile:v',
      video.pixelFormat === 'yuv420p10le' ? 'main10' : 'main',
      '-x265-params',
      ownParams(input),
    ],
  };
}
