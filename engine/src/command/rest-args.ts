import type { PartArgsInput } from './audio-args.js';
import { NO_METADATA_ARGS, PROGRESS_ARGS, QUEUE_ARGS, QUIET_ARGS } from './common-args.js';
import { ffmpegPath } from './paths.js';
import { copiedThroughRest } from './stream-plans.js';
import { CLOCK_INPUT_ARGS, clockOutputArgs } from './time-base.js';

/**
 * ffmpeg's arguments for the streams that are copied out of a source that is not Matroska, into one Matroska file,
 * in the source's order.
 * @returns null when there are none, or the source is Matroska and the last step reads it itself
 */
export function restArgs({ input, output, info, plan }: PartArgsInput): string[] | null {
  const streams = copiedThroughRest(info, plan);
  if (streams.length === 0) return null;
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...CLOCK_INPUT_ARGS,
    '-i',
    ffmpegPath(input),
    ...streams.flatMap(({ index }) => ['-map', `0:${index}`]),
    ...NO_METADATA_ARGS,
    '-c',
    'copy',
    ...QUEUE_ARGS,
    ...clockOutputArgs(info),
    '-f',
    'matroska',
    ffmpegPath(output),
  ];
}

/** ffmpeg's arguments for one cover of a source that is not Matroska, as a picture file. */
export function coverArgs({
  input,
  output,
  index,
}: {
  input: string;
  output: string;
  index: number;
}): string[] {
  return [
    ...QUIET_ARGS,
    '-i',
    ffmpegPath(input),
    '-map',
    `0:${index}`,
    ...NO_METADATA_ARGS,
    '-c',
    'copy',
    '-frames:v',
    '1',
    // image2pipe takes the name as it is; image2 would read a % in it as a pattern.
    '-f',
    'image2pipe',
    ffmpegPath(output),
  ];
}
