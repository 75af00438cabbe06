import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSums,
  correctionOf,
  heightClass,
  meanAbsoluteError,
  measure,
  projectionKey,
  type ProjectionSums,
} from './projection.js';

describe('heightClass', () => {
  it.each([
    [1920, 1080, '1080'],
    [1920, 800, '1080'],
    [1080, 1920, '1080'],
    [1440, 1080, '1080'],
    [1280, 534, '720'],
    [720, 576, 'sd'],
    [3840, 1600, '2160'],
    [4096, 2160, '2160'],
    [7680, 4320, '4320'],
    [2560, 1440, '1440'],
  ])('of %d x %d is %s', (width, height, expected) => {
    expect(heightClass(width, height)).toBe(expected);
  });

  it('is part of what files must share', () => {
    expect(projectionKey({ codec: 'h264', width: 1920, height: 800 }, 'av1')).toBe('h264/1080/av1');
  });
});

describe('correctionOf', () => {
  it.each<[string, number, number, number]>([
    ['no file', 0, 0, 1],
    ['one file of half the size', 1, Math.log(0.5), 0.5 ** (1 / 3)],
    ['a hundred files of half the size', 100, 100 * Math.log(0.5), 0.5 ** (100 / 102)],
    ['files that are out of all measure', 100, 100 * Math.log(16), 4],
    ['files that are next to nothing', 100, -100 * Math.log(16), 0.25],
  ])('with %s', (_name, count, sumLogRatio, expected) => {
    expect(correctionOf({ count, sumLogRatio })).toBeCloseTo(expected, 10);
  });

  it('is 1 without any history', () => {
    expect(correctionOf(undefined)).toBe(1);
  });
});

describe('measure', () => {
  it('takes the correction out of the ratio, and leaves it in the error', () => {
    const sums = measure({ expectedSize: 50, correction: 0.5, actualSize: 25 });
    expect(sums?.sumLogRatio).toBeCloseTo(Math.log(0.25), 10);
    expect(sums?.sumAbsError).toBe(1);
  });

  it.each([
    { expectedSize: 0, correction: 1, actualSize: 1 },
    { expectedSize: 1, correction: 0, actualSize: 1 },
    { expectedSize: 1, correction: 1, actualSize: 0 },
    { expectedSize: Number.NaN, correction: 1, actualSize: 1 },
  ])('says nothing of %j', (sample) => {
    expect(measure(sample)).toBeNull();
  });
});

/** Files that all come out at `ratio` of what is projected, each planned with what was known by then. */
function learn(ratio: number, files: number): { sums: ProjectionSums; lastError: number } {
  let sums = addSums([]);
  let lastError = 0;
  for (let n = 0; n < files; n += 1) {
    const correction = correctionOf(sums);
    const one = measure({ expectedSize: 1000 * correction, correction, actualSize: 1000 * ratio });
    lastError = one?.sumAbsError ?? 0;
    sums = addSums([sums, one ?? addSums([])]);
  }
  return { sums, lastError };
}

describe('what is learned', () => {
  it('comes near the truth, and does not swing around it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 3, noNaN: true }), (ratio) => {
        const { sums, lastError } = learn(ratio, 40);
        expect(correctionOf(sums) / ratio).toBeGreaterThan(0.9);
        expect(correctionOf(sums) / ratio).toBeLessThan(1.1);
        expect(lastError).toBeLessThan(0.1);
      }),
    );
  });

  it('has a mean error only where there were files', () => {
    expect(meanAbsoluteError(addSums([]))).toBeNull();
    expect(meanAbsoluteError({ count: 4, sumLogRatio: 0, sumAbsError: 1 })).toBe(0.25);
  });
});
