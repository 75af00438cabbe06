import { statedRate } from '../frame-rate.js';
import type { EncodeArgs, EncodeInput } from './encoder.types.js';
import { svtMasteringDisplay, svtParams, type SvtKey } from './svt-params.js';

const TUNES: Readonly<Record<string, number>> = { visual: 0, psnr: 1 };

/** The most logical processors that SVT-AV1 itself would choose each level for, from 1 on; above them all it is 6. */
const LEVELS = [1, 2, 5, 11, 23];

/** Version 3 understands levels of parallelism by `lp`, from 1 to 6, and those before it logical processors. */
function parallelism(threads: number, version: string | null | undefined): number {
  if (version == null || Number.parseInt(version, 10) < 3) return threads;
  const level = LEVELS.findIndex((most) => threads <= most);
  return level < 0 ? LEVELS.length + 1 : level + 1;
}

function parameters({ video, stream, threads, svtAv1Version }: EncodeInput): string | null {
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
  if (threads !== undefined) entries.lp = parallelism(threads, svtAv1Version);
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
