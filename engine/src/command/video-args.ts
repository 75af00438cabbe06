import type { MediaInfo, VideoStream } from '../media/media-info.js';
import type { VideoEncode } from '../plan/plan.types.js';
import type { VideoCodec } from '../profile/schema/index.js';
import { NO_METADATA_ARGS, PROGRESS_ARGS, QUIET_ARGS } from './common-args.js';
import { encoderArgs, type EncoderName } from './encoders/index.js';
import { constantRate } from './frame-rate.js';
import { ffmpegPath } from './paths.js';
import { CLOCK_INPUT_ARGS, clockOutputArgs } from './time-base.js';

export interface VideoArgsInput {
  input: string;
  /** its extension as videoExtension says */
  output: string;
  video: VideoEncode;
  /** from chooseEncoder */
  encoder: EncoderName;
  stream: VideoStream;
  info: MediaInfo;
  /** logical processors that the encoder may use; none: all */
  threads?: number;
  svtAv1Version?: string | null;
  /** the card that hardware encodes on; see EncodeInput */
  device?: string;
}

/** Formats that leave out most presentation times; what a decoder guesses for them may even run backwards. */
const WITHOUT_TIMES = new Set(['mpeg', 'avi']);

/**
 * Spaces the frames of such a format evenly from its first one on, which is how they were meant. In AVI no frame says
 * when it is shown, and the decoder's guess for the first is late by as many as it holds back: the stream's start is.
 */
export function timingFilters({ info, stream }: Pick<VideoArgsInput, 'info' | 'stream'>): string[] {
  const rate = constantRate(stream);
  if (rate === null || !info.container.formatNames.some((name) => WITHOUT_TIMES.has(name))) return [];
  const isAvi = info.container.formatNames.includes('avi');
  const first = isAvi ? `${(stream.startSeconds ?? 0).toFixed(6)}/TB` : 'STARTPTS';
  return [`setpts=${first}+N*${rate.denominator}/(${rate.numerator}*TB)`];
}

/**
 * What the picture is written into. IVF carries no stale record of the source, and joins without a trace. It cannot
 * hold HEVC and H.264; the Matroska file that they go into is given what ffmpeg knows of the source's stream, a Dolby
 * Vision record included, and the joined file would have it, too. So a plan encodes a source that has one to AV1 alone.
 */
export function videoExtension(codec: VideoCodec): 'ivf' | 'mkv' {
  return codec === 'av1' ? 'ivf' : 'mkv';
}

/**
 * The clock that frames are counted on. The source's own, `-1`, has a tick for each of its frames, but AVI's has none
 * in between for the second field; this one has, for every usual rate and clock.
 */
const timeBase = ({ framesPerFrame }: VideoEncode) => (framesPerFrame === 2 ? '1/180000' : '-1');

/**
 * ffmpeg's arguments for the encode of the one video stream. Every frame keeps its own timestamp, in the source's
 * own time base: constant and variable rates alike.
 */
export function videoArgs(input: VideoArgsInput): string[] {
  const { video, stream, info } = input;
  const own = encoderArgs(input.encoder, input);
  const filters = [...timingFilters(input), ...video.filters, ...own.filters];
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...own.inputArgs,
    ...CLOCK_INPUT_ARGS,
    '-i',
    ffmpegPath(input.input),
    '-map',
    `0:${stream.index}`,
    ...NO_METADATA_ARGS,
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    timeBase(video),
    ...(filters.length === 0 ? [] : ['-vf', filters.join(',')]),
    ...own.args,
    ...clockOutputArgs(info),
    '-f',
    videoExtension(video.codec) === 'ivf' ? 'ivf' : 'matroska',
    ffmpegPath(input.output),
  ];
}
