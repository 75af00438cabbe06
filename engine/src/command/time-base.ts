import type { MediaInfo } from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';

/**
 * All files that are made from one source share one clock, else picture, sound and subtitles drift apart.
 * ffmpeg's own shift is not it: for MPEG-TS it subtracts the start of the streams that one run happens to use.
 * So timestamps are copied as they are, and:
 * - Matroska sources keep their clock, because mkvmerge copies the rest straight from them with it;
 * - everything else is moved by the same amount in each run, so that the file's first stream starts at 0.
 */

/** To be put in front of the input. */
export const CLOCK_INPUT_ARGS: readonly string[] = ['-copyts'];

/** To be put in front of the output. */
export function clockOutputArgs(info: MediaInfo): string[] {
  const start = info.container.startSeconds;
  if (isMatroska(info) || start === 0) return [];
  return ['-output_ts_offset', (-start).toFixed(6)];
}
