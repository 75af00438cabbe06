import { NO_METADATA_ARGS, PROGRESS_ARGS, QUIET_ARGS } from '../common-args.js';
import { ffmpegPath } from '../paths.js';

/** Standard output belongs to the next program; progress goes where warnings go. */
const PIPED_PROGRESS_ARGS: readonly string[] = PROGRESS_ARGS.map((arg) =>
  arg === 'pipe:1' ? 'pipe:2' : arg,
);

export interface RawVideoInput {
  source: string;
  /** ffprobe's, of the HEVC stream */
  index: number;
  /** a path, or `-` for standard output */
  output: string;
}

/**
 * ffmpeg's arguments for one HEVC stream on its own, as a stream of bytes (Annex B), bit for bit: it has no times any more. Progress is
 * `key=value` on standard output, or on standard error where the stream itself goes there.
 */
export function rawVideoArgs({ source, index, output }: RawVideoInput): string[] {
  const isPiped = output === '-';
  return [
    ...QUIET_ARGS,
    ...(isPiped ? PIPED_PROGRESS_ARGS : PROGRESS_ARGS),
    '-i',
    ffmpegPath(source),
    '-map',
    `0:${index}`,
    ...NO_METADATA_ARGS,
    '-c',
    'copy',
    '-bsf:v',
    'hevc_mp4toannexb',
    '-f',
    'hevc',
    isPiped ? 'pipe:1' : ffmpegPath(output),
  ];
}
