import { PROGRESS_ARGS } from './common-args.js';
import { ffmpegPath } from './paths.js';

/**
 * ffmpeg's arguments for decoding one picture from its first packet to its last: the last `frame=` of the progress is how many
 * frames can be shown, and what it says on standard error is what is damaged.
 */
export function countArgs(input: string, index: number): string[] {
  return [
    '-hide_banner',
    '-nostats',
    '-v',
    'error',
    ...PROGRESS_ARGS,
    '-i',
    ffmpegPath(input),
    '-map',
    `0:${index}`,
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    '-1',
    '-f',
    'null',
    '-',
  ];
}
