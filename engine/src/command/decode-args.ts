import { PROGRESS_ARGS } from './common-args.js';
import { ffmpegPath } from './paths.js';

/**
 * ffmpeg's arguments for decoding all pictures and sound of a file: it is sound when the exit code is 0 and nothing
 * was said on standard error. A file that merely ends early passes; measured ends find that.
 * @param indexes ffprobe's, of the only streams to decode
 * @param look false for a file whose headers say everything, as ours do: ffmpeg then does not decode the first packets
 *   of all streams to learn more, and says nothing of those that are not asked for
 */
export function decodeArgs(output: string, indexes?: readonly number[], look = true): string[] {
  const streams = indexes?.map((index) => `0:${index}`) ?? ['0:V?', '0:a?'];
  return [
    '-hide_banner',
    '-nostats',
    '-v',
    'error',
    ...PROGRESS_ARGS,
    '-err_detect',
    'explode',
    '-xerror',
    ...(look ? [] : ['-nofind_stream_info']),
    '-i',
    ffmpegPath(output),
    ...streams.flatMap((stream) => ['-map', stream]),
    '-fps_mode',
    'passthrough',
    // In ticks of the frame rate, as ffmpeg would count, two frames half a tick off can fall onto one. Sound is counted
    // in samples: in Matroska's milliseconds two of TrueHD's frames often fall onto one.
    '-enc_time_base:v',
    '-1',
    '-f',
    'null',
    '-',
  ];
}
