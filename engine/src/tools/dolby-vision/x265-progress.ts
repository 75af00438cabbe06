/** One of x265's reports, which it prints over and over on the same line of standard error. */
export interface X265Progress {
  /** that have been written so far */
  frame: number;
  fps: number | null;
}

/** `181 frames: 328.26 fps, ...`, or `[69.9%] 181/259 frames, 328.26 fps, ...` where it knows how many there will be. */
const REPORT = /^(?:\[\s*[\d.]+%\]\s+)?(\d+)(?:\/\d+)? frames[:,]\s+([\d.]+|-?nan|inf) fps/;

/** `encoded 259 frames in 0.44s (589.88 fps), ...`, at its end */
const TOTAL = /^encoded (\d+) frames in /;

/** @returns null for a line that is no report */
export function parseX265Progress(line: string): X265Progress | null {
  const match = REPORT.exec(line);
  if (match === null) return null;
  const fps = Number(match[2]);
  return { frame: Number(match[1]), fps: Number.isFinite(fps) ? fps : null };
}

/** @returns the frames that it has encoded in all, from its last line; null for any other line */
export function parseX265Total(line: string): number | null {
  const match = TOTAL.exec(line);
  return match === null ? null : Number(match[1]);
}
