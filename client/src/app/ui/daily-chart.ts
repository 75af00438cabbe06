export interface DayValue {
  /** `2026-05-31` */
  day: string;
  /** bytes */
  saved: number;
  files: number;
}

/**
 * The `count` days that end with `today` (ms since the epoch), oldest first, those without a value filled with zero.
 * Days are counted in UTC, as the server does.
 */
export function fillDays(values: readonly DayValue[], count: number, today: number): DayValue[] {
  const byDay = new Map(values.map((value) => [value.day, value]));
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(today - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10);
    return byDay.get(day) ?? { day, saved: 0, files: 0 };
  });
}

/** The end of an axis that holds `maximum` bytes: 1, 2 or 5 times a power of ten of the unit that suits it. */
export function axisEnd(maximum: number): number {
  if (maximum <= 0) return 1024 ** 3;
  const unit = 1024 ** Math.min(5, Math.floor(Math.log2(maximum) / 10));
  const inUnits = maximum / unit;
  const magnitude = 10 ** Math.floor(Math.log10(inUnits));
  const step = [1, 2, 5, 10].find((candidate) => candidate * magnitude >= inUnits) ?? 10;
  return step * magnitude * unit;
}
