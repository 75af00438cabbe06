/** Part of the film after which its size so far says something about all of it. */
const ENOUGH = 0.1;

/** A film's middle may be quieter than its beginning: only what is clearly too large is given up early. */
const MARGIN = 1.1;

/**
 * How large a stream will be if it goes on like this.
 * @param bytes written so far
 * @param percent of the film that they hold
 * @returns bytes; null as long as it is too early to tell
 */
export function projectBytes(bytes: number | null, percent: number | null): number | null {
  if (bytes === null || percent === null || percent < ENOUGH * 100) return null;
  return Math.round(bytes / (percent / 100));
}

/** Whether it is clear by now that the whole output will exceed its limit. All in bytes. */
export function isHopeless(projected: number | null, rest: number, limit: number): boolean {
  return projected !== null && projected + rest > limit * MARGIN;
}
