import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { integerMasteringDisplay, params } from './params.js';
import { bitRateArgs, presetName, X26X_PRESETS } from './quality.js';

/** x264 goes by the frames' own times, so that it needs to be told no rate. */
function ownParams({ video, stream: { hdr } }: EncodeInput): string | null {
  return params({
    ...(hdr.masteringDisplay === null
      ? {}
      : { 'mastering-display': integerMasteringDisplay(hdr.masteringDisplay) }),
    ...(hdr.contentLight === null
      ? {}
      : { cll: `${hdr.contentLight.maxContent},${hdr.contentLight.maxAverage}` }),
    ...video.parameters,
  });
}

export function x264Args(input: EncodeInput): EncodeArgs {
  const { video, threads } = input;
  const { quality } = video;
  const own = ownParams(input);
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
      video.pixelFormat === 'yuv420p10le' ? 'high10' : 'high',
      ...(threads === undefined ? [] : ['-threads', String(threads)]),
      ...(own === null ? [] : ['-x264-params', own]),
    ],
  };
}
