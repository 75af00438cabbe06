import { ffmpegMuxArgs } from './mux-ffmpeg.js';
import { mkvmergeArgs } from './mux-matroska.js';
import type { MuxInput, ToolCommand } from './mux.types.js';

/** The command that joins what the earlier steps made. mkvmerge's exit code 1 is a warning, 2 a failure. */
export function muxArgs(input: MuxInput): ToolCommand {
  return input.plan.container === 'mkv'
    ? { tool: 'mkvmerge', args: mkvmergeArgs(input) }
    : { tool: 'ffmpeg', args: ffmpegMuxArgs(input) };
}
