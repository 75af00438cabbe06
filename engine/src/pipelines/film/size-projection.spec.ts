import { describe, expect, it } from 'vitest';
import { isHopeless, projectBytes } from './size-projection.js';

describe('projectBytes', () => {
  it.each([
    [1000, 50, 2000],
    [1000, 10, 10_000],
    [1000, 100, 1000],
    [1000, 9.9, null],
    [null, 50, null],
    [1000, null, null],
  ])('%s bytes at %s %% -> %s', (bytes, percent, expected) => {
    expect(projectBytes(bytes, percent)).toBe(expected);
  });
});

describe('isHopeless', () => {
  it.each([
    ['far too large', 2000, 0, 1000, true],
    ['too large with the other streams', 900, 300, 1000, true],
    ['a little too large: may still turn', 1050, 0, 1000, false],
    ['small enough', 900, 0, 1000, false],
    ['too early to tell', null, 5000, 1000, false],
  ])('%s', (_name, projected, rest, limit, expected) => {
    expect(isHopeless(projected, rest, limit)).toBe(expected);
  });
});
