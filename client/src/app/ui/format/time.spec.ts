import { describe, expect, it } from 'vitest';
import { formatDay, formatDuration, formatInterval, formatRelative, secondsBetween } from './time';

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [0.34, '340 ms'],
    [0.96, '1 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3600, '1 h 00 min'],
    [2 * 3600 + 5 * 60 + 59, '2 h 05 min'],
    [3 * 86_400 + 7 * 3600, '3 d 7 h'],
    [-1, '–'],
    [null, '–'],
  ])('%s s -> %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('formatInterval', () => {
  it.each([
    [1, '1 second'],
    [90, '90 seconds'],
    [60, '1 minute'],
    [5400, '90 minutes'],
    [21_600, '6 hours'],
    [86_400, '1 day'],
    [604_800, '7 days'],
  ])('%s s -> %s', (seconds, text) => {
    expect(formatInterval(seconds)).toBe(text);
  });
});

describe('formatRelative', () => {
  const now = Date.UTC(2026, 5, 1, 12);
  it.each([
    [0, 'now'],
    [-9, 'now'],
    [-31, '30 seconds ago'],
    [-55, '1 minute ago'],
    [-20 * 60, '20 minutes ago'],
    [2 * 3600, 'in 2 hours'],
    [-86_400, 'yesterday'],
    [-5 * 86_400, '5 days ago'],
    [-60 * 86_400, '2 months ago'],
    [-800 * 86_400, '2 years ago'],
  ])('%s s -> %s', (offset, text) => {
    expect(formatRelative(now + offset * 1000, now)).toBe(text);
  });
});

describe('secondsBetween', () => {
  it('counts up to now while the end is open', () => {
    const now = Date.parse('2026-01-01T00:01:00Z');
    expect(secondsBetween('2026-01-01T00:00:00Z', null, now)).toBe(60);
    expect(secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z', now)).toBe(5);
    expect(secondsBetween(null, null, now)).toBeNull();
  });
});

it('formatDay names the day', () => {
  expect(formatDay('2026-12-21T12:00:00.000Z')).toBe('Dec 21, 2026');
});
