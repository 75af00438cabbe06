import type { MediaInfo, VideoStream } from '../media/media-info.js';
import type { VideoEncode } from '../plan/plan.types.js';
import { framesPerSecond } from '../plan/project-size.js';
import { colorArgs } from './color.js';
import { NO_METADATA_ARGS, PROGRESS_ARGS, QUIET_ARGS } from './common-args.js';
import { constantRate } from './frame-rate.js';
import { ffmpegPath } from './paths.js';
import { svtMasteringDisplay, svtParams, type SvtKey } from './svt-params.js';
import { CLOCK_INPUT_ARGS, clockOutputArgs } from './time-base.js';

export interface VideoArgsInput {
  input: string;
  /** an .ivf file: it carries no stale record of the source, and joins without a trace */
  output: string;
  video: VideoEncode;
  stream: VideoStream;
  info: MediaInfo;
  /** logical processors that the encoder may use; none: all */
  threads?: number;
}

function encoderParams({ video, stream, threads }: VideoArgsInput): string | null {
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
  if (constantRate(stream) === null) {
    // Without it the encoder would take the clock's resolution for a frame rate, and refuse more than 240.
    entries['fps-num'] = Math.round(framesPerSecond(stream) * 1000);
    entries['fps-denom'] = 1000;
  }
  if (threads !== undefined) entries.lp = threads;
  return svtParams(entries);
}

/** Formats that leave out most presentation times; what a decoder guesses for them may even run backwards. */
const WITHOUT_TIMES = new Set(['mpeg', 'avi']);

/** Spaces the frames of such a format evenly from its first one on, which is how they were meant. */
function timingFilters({ info, stream }: VideoArgsInput): string[] {
  const rate = constantRate(stream);
  if (rate === null || !info.container.formatNames.some((name) => WITHOUT_TIMES.has(name))) return [];
  return [`setpts=STARTPTS+N*${rate.denominator}/(${rate.numerator}*TB)`];
}

/**
 * ffmpeg's arguments for the encode of the one video stream. Every frame keeps its own timestamp, in the source's
 * own time base: constant and variable rates alike.
 */
export function videoArgs(input: VideoArgsInput): string[] {
  const { video, stream, info } = input;
  const params = encoderParams(input);
  const filters = [...timingFilters(input), ...video.filters];
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...CLOCK_INPUT_ARGS,
    '-i',
    ffmpegPath(input.input),
    '-map',
    `0:${stream.index}`,
    ...NO_METADATA_ARGS,
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    '-1',
    ...(filters.length === 0 ? [] : ['-vf', filters.join(',')]),
    '-c:v',
    'libsvtav1',
    '-crf',
    String('crf' in video.quality ? video.quality.crf : 28),
    '-preset',
    String(video.preset),
    '-g',
    String(video.keyframeInterval),
    '-pix_fmt',
    video.pixelFormat,
    ...colorArgs(stream.color),
    ...(params === null ? [] : ['-svtav1-params', params]),
    ...clockOutputArgs(info),
    '-f',
    'ivf',
    ffmpegPath(input.output),
  ];
}
