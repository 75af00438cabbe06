import { describe, expect, it } from 'vitest';
import { axisEnd, fillDays } from './daily-chart';

describe('fillDays', () => {
  const today = Date.UTC(2026, 2, 1, 23, 30);

  it('ends today and leaves no day out', () => {
    const days = fillDays([{ day: '2026-02-28', saved: 7, files: 1 }], 3, today);
    expect(days.map((day) => day.day)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(days.map((day) => day.saved)).toEqual([0, 7, 0]);
  });

  it('drops what is older', () => {
    expect(
      fillDays([{ day: '2025-01-01', saved: 7, files: 1 }], 2, today).every((day) => day.saved === 0),
    ).toBe(true);
  });
});

describe('axisEnd', () => {
  const GIB = 1024 ** 3;
  it.each([
    [0, GIB],
    [3.2 * GIB, 5 * GIB],
    [10 * GIB, 10 * GIB],
    [11 * GIB, 20 * GIB],
    [700 * GIB, 1000 * GIB],
    [1, 1],
  ])('%s -> %s', (maximum, end) => {
    expect(axisEnd(maximum)).toBe(end);
  });
});
