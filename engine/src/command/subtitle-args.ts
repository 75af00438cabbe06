import type { SubtitleFormat } from '../plan/plan.types.js';
import type { PartArgsInput } from './audio-args.js';
import { NO_METADATA_ARGS, PROGRESS_ARGS, QUEUE_ARGS, QUIET_ARGS } from './common-args.js';
import { ffmpegPath } from './paths.js';
import { planned } from './stream-plans.js';
import { CLOCK_INPUT_ARGS, clockOutputArgs } from './time-base.js';

/** Matroska has no mov_text: on the way into MP4 text is SubRip until the last step. */
const ENCODERS: Record<SubtitleFormat, string> = {
  srt: 'subrip',
  ass: 'ass',
  webvtt: 'webvtt',
  mov_text: 'subrip',
};

/**
 * ffmpeg's arguments for all subtitles that are converted, into one Matroska file, in the source's order: a track
 * without a single cue stays a track there, which a text file of its own would not be.
 * @returns null when no subtitle is converted
 */
export function subtitleArgs({ input, output, info, plan }: PartArgsInput): string[] | null {
  const streams = planned(info, plan, 'convert-subtitle');
  if (streams.length === 0) return null;
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...CLOCK_INPUT_ARGS,
    '-i',
    ffmpegPath(input),
    ...streams.flatMap(({ stream }) => ['-map', `0:${stream.index}`]),
    ...NO_METADATA_ARGS,
    ...streams.flatMap(({ plan: { format } }, index) => [`-c:s:${index}`, ENCODERS[format]]),
    ...QUEUE_ARGS,
    ...clockOutputArgs(info),
    '-f',
    'matroska',
    ffmpegPath(output),
  ];
}
