/** ms for which other programs have to be above the limit before the node makes room for them, and below it before it goes on. */
export const BUSY_AFTER_MS = 15_000;
export const FREE_AFTER_MS = 30_000;

/** A longer gap between two samples says nothing of what was in between: the machine slept, or was busy beyond measure. */
const LONGEST_GAP_MS = 10_000;

export interface Busyness {
  busy: boolean;
  /** since when all samples have spoken against `busy` as it is, ms of a clock that only goes forward; null: the last did not */
  since: number | null;
  /** when the last sample was taken */
  at: number;
}

export const NOT_BUSY: Busyness = { busy: false, since: null, at: 0 };

/**
 * Whether the machine is busy with other things, after one more sample.
 * @param percent of all processors that other programs use; null: it cannot be told, which never stops anything
 * @param limit in percent; 0: never busy
 */
export function nextBusyness(
  last: Busyness,
  sample: { at: number; percent: number | null },
  limit: number,
): Busyness {
  const { at, percent } = sample;
  if (limit === 0) return { ...NOT_BUSY, at };
  const above = percent !== null && percent > limit;
  if (above === last.busy) return { busy: last.busy, since: null, at };
  const since = last.since === null || at - last.at > LONGEST_GAP_MS ? at : last.since;
  const needed = last.busy ? FREE_AFTER_MS : BUSY_AFTER_MS;
  return at - since >= needed ? { busy: above, since: null, at } : { busy: last.busy, since, at };
}
