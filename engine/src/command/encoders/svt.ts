import { statedRate } from '../frame-rate.js';
import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { svtMasteringDisplay, svtParams, type SvtKey } from './svt-params.js';

const TUNES: Readonly<Record<string, number>> = { visual: 0, psnr: 1 };

function parameters({ video, stream, threads }: EncodeInput): string | null {
  const entries: Partial<Record<SvtKey, string | number>> = {};
  if (video.filmGrain > 0) {
    entries['film-grain'] = video.filmGrain;
    entries['film-grain-denoise'] = video.filmGrainDenoise ? 1 : 0;
  }
  const { hdr } = stream;
  if (hdr.format !== 'sdr') {
    entries['enable-hdr'] = 1;
    if (hdr.masteringDisplay !== null)
      entries['mastering-display'] = svtMasteringDisplay(hdr.masteringDisplay);
    if (hdr.contentLight !== null) {
      entries['content-light'] = `${hdr.contentLight.maxContent},${hdr.contentLight.maxAverage}`;
    }
  }
  const tune = TUNES[video.tune];
  if (tune !== undefined) entries.tune = tune;
  const rate = statedRate(stream, video);
  entries['fps-num'] = rate.numerator;
  entries['fps-denom'] = rate.denominator;
  if (threads !== undefined) entries.lp = threads;
  // What a profile says comes last, as the schema lets no key through that is set above.
  return svtParams({ ...entries, ...video.parameters });
}

/** SVT-AV1. It limits peaks together with a crf alone, so that none is asked for with a bit rate. */
export function svtArgs(input: EncodeInput): EncodeArgs {
  const { video } = input;
  const { quality } = video;
  const own = parameters(input);
  return {
    inputArgs: [],
    filters: [],
    args: [
      ...('crf' in quality ? ['-crf', String(quality.crf)] : ['-b:v', `${quality.bitRate}k`]),
      '-preset',
      String(video.preset),
      '-g',
      String(video.keyframeInterval),
      '-pix_fmt',
      video.pixelFormat,
      ...(own === null ? [] : ['-svtav1-params', own]),
    ],
  };
}
