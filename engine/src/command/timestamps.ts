/** What ffprobe is called with to list the times of an IVF file's frames; its name comes after. */
export const FRAME_TIME_ARGS: readonly string[] = [
  '-v',
  'error',
  '-select_streams',
  'v:0',
  '-show_entries',
  'packet=pts_time',
  '-of',
  'csv=p=0',
];

/** The first line of the file that mkvmerge's --timestamps reads. */
export const TIMESTAMPS_HEADER = '# timestamp format v2';

/**
 * mkvmerge does not read the times in an IVF file, so they are handed to it beside it, one line a frame.
 * @param line of ffprobe's output for FRAME_TIME_ARGS: seconds
 * @returns milliseconds; null for a line without a time
 */
export function timestampLine(line: string): string | null {
  const seconds = Number.parseFloat(line);
  return Number.isFinite(seconds) ? (seconds * 1000).toFixed(6) : null;
}
