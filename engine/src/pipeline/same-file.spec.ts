import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameTime } from './same-file.js';

const TIME = 1_700_000_001_123_456_789n;

describe('isSameTime', () => {
  it.each([
    ['to the nanosecond', TIME, true],
    ['cut to 100 ns', 1_700_000_001_123_456_700n, true],
    ['rounded to 100 ns', 1_700_000_001_123_456_800n, true],
    ['cut to 1 µs', 1_700_000_001_123_456_000n, true],
    ['cut to 1 ms', 1_700_000_001_123_000_000n, true],
    ['cut to 1 s', 1_700_000_001_000_000_000n, true],
    ['cut to 2 s', 1_700_000_000_000_000_000n, true],
    ['one nanosecond later', TIME + 1n, false],
    ['the next 100 ns but one', 1_700_000_001_123_456_900n, false],
    ['another second', 1_700_000_003_000_000_000n, false],
    ['the same part of another second', TIME + 1_000_000_000n, false],
  ])('%s', (_name, seen, same) => {
    expect(isSameTime(String(TIME), seen)).toBe(same);
  });

  it('takes each time for itself, and none that is two seconds away', () => {
    const times = fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n });
    fc.assert(
      fc.property(times, fc.bigInt({ min: 2n * 10n ** 9n, max: 10n ** 18n }), (time, away) => {
        expect(isSameTime(String(time), time)).toBe(true);
        expect(isSameTime(String(time), time + away)).toBe(false);
        expect(isSameTime(String(time), time - away)).toBe(false);
      }),
    );
  });
});
