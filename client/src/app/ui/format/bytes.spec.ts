import { describe, expect, it } from 'vitest';
import { formatBitRate, formatBytes, formatCount, formatPercent, percentOf } from './bytes';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [10 * 1024, '10.0 KiB'],
    [150 * 1024, '150 KiB'],
    [1024 ** 2 - 1, '1.00 MiB'],
    [1024 ** 3 * 4.25, '4.25 GiB'],
    [1024 ** 4 * 12.34, '12.3 TiB'],
    [1024 ** 6, '1024 PiB'],
    [-(1024 ** 2), '−1.00 MiB'],
    [null, '–'],
    [undefined, '–'],
    [Number.NaN, '–'],
  ])('%s -> %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatPercent', () => {
  it.each([
    [0, '0 %'],
    [4.25, '4.3 %'],
    [9.96, '10 %'],
    [42.4, '42 %'],
    [100, '100 %'],
    [-3.5, '−3.5 %'],
    [null, '–'],
  ])('%s -> %s', (percent, text) => {
    expect(formatPercent(percent)).toBe(text);
  });
});

describe('percentOf', () => {
  it('says nothing of nothing', () => {
    expect(percentOf(5, 0)).toBeNull();
    expect(percentOf(1, 4)).toBe(25);
  });
});

describe('formatCount and formatBitRate', () => {
  it('group thousands and choose a unit', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatBitRate(8_350_000)).toBe('8.3 Mbit/s');
    expect(formatBitRate(640_000)).toBe('640 kbit/s');
    expect(formatBitRate(null)).toBe('–');
  });
});
