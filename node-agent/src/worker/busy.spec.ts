import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUSY_AFTER_MS, FREE_AFTER_MS, nextBusyness, NOT_BUSY } from './busy.js';

const LIMIT = 50;

/** Whether it is busy after samples, one a second from the first on: `n` times a percentage. */
function after(spans: readonly (readonly [number, number | null])[], limit = LIMIT): boolean {
  const samples = spans.flatMap(([seconds, percent]) => Array.from({ length: seconds }, () => percent));
  return samples.reduce(
    (state, percent, at) => nextBusyness(state, { at: at * 1000, percent }, limit),
    NOT_BUSY,
  ).busy;
}

describe('nextBusyness', () => {
  it.each<[string, (readonly [number, number | null])[], boolean]>([
    ['a quiet machine', [[60, 10]], false],
    ['at the limit', [[60, LIMIT]], false],
    ['a short peak', [[15, 90]], false],
    ['above for long enough', [[16, 90]], true],
    [
      'peaks with a moment in between',
      [
        [10, 90],
        [1, 10],
        [10, 90],
      ],
      false,
    ],
    [
      'a short rest of others',
      [
        [16, 90],
        [30, 10],
      ],
      true,
    ],
    [
      'a rest for long enough',
      [
        [16, 90],
        [31, 10],
      ],
      false,
    ],
    [
      'rests with a peak in between',
      [
        [16, 90],
        [20, 10],
        [1, 90],
        [20, 10],
      ],
      true,
    ],
    [
      'busy once more',
      [
        [16, 90],
        [31, 10],
        [16, 90],
      ],
      true,
    ],
    ['what cannot be told', [[60, null]], false],
    [
      'what can no longer be told',
      [
        [16, 90],
        [31, null],
      ],
      false,
    ],
  ])('%s', (_name, spans, busy) => {
    expect(after(spans)).toBe(busy);
  });

  it('never stops anything without a limit, and goes on at once when it is taken away', () => {
    expect(after([[100, 100]], 0)).toBe(false);
    expect(nextBusyness({ busy: true, since: null, at: 0 }, { at: 1, percent: 100 }, 0).busy).toBe(false);
  });

  it('takes nothing for granted of a time in which nobody looked', () => {
    const before = nextBusyness(NOT_BUSY, { at: 0, percent: 90 }, LIMIT);
    const woken = nextBusyness(before, { at: 3_600_000, percent: 90 }, LIMIT);
    expect(woken.busy).toBe(false);
    expect(nextBusyness(woken, { at: 3_601_000, percent: 90 }, LIMIT).busy).toBe(false);
  });

  it('changes only after as long a time as it says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 200 }), (percents) => {
        let state = NOT_BUSY;
        let changedAt: number | null = null;
        percents.forEach((percent, second) => {
          const at = second * 1000;
          const next = nextBusyness(state, { at, percent }, LIMIT);
          if (next.busy !== state.busy) {
            const needed = next.busy ? BUSY_AFTER_MS : FREE_AFTER_MS;
            expect(at - (changedAt ?? 0)).toBeGreaterThanOrEqual(needed);
            const last = percents.slice(second - needed / 1000, second + 1);
            expect(last.every((value) => value > LIMIT === next.busy)).toBe(true);
            changedAt = at;
          }
          state = next;
        });
      }),
    );
  });
});
