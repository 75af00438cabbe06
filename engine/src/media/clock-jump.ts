import type { Reason } from '#contracts';
import type { MeasuredStreams, MediaInfo } from './media-info.js';

/** seconds between two pictures, or two pieces of sound, that no film has */
const LONGEST_GAP = 120;

/**
 * Whether a file's clock jumps, as where two recordings were joined into one transport stream: what follows the jump
 * would come out hours later, and seeking would not find it.
 * @returns the reason to leave it alone, or null
 */
export function clockJump(info: MediaInfo, measured: MeasuredStreams): Reason | null {
  for (const { index, kind } of info.streams) {
    if (kind !== 'video' && kind !== 'audio') continue;
    const gap = measured.streams.find((stream) => stream.index === index)?.gapSeconds ?? 0;
    if (gap <= LONGEST_GAP) continue;
    const message = `The clock of stream ${index} jumps by ${Math.round(gap)} s: the file seems to be joined of several.`;
    return { code: 'source_clock_jumps', message };
  }
  return null;
}
