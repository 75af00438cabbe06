/** One of x265's reports, which it prints over and over on the same line of standard error. */
export interface X265Progress {
  /** that have been written so far */
  frame: number;
  fps: number | null;
}

/** `181 frames: 328.26 fps, ...`, or `[69.9%] 181/259 frames, 328.26 fps, ...` where it knows how many there will be. */
const REPORT = /^(?:\[\s*[\d.]+%\]\s+)?(\d+)(?:\/\d+)? frames[:,]\s+([\d.]+|-?nan|inf) fps/;

/** @returns null for a line that is no report */
export function parseX265Progress(line: string): X265Progress | null {
  const match = REPORT.exec(line);
  if (match === null) return null;
  const fps = Number(match[2]);
  return { frame: Number(match[1]), fps: Number.isFinite(fps) ? fps : null };
}
