import { expect, it } from 'vitest';
import { fittingUnit, LARGE_SIZE_UNITS, SIZE_UNITS, TIME_UNITS } from './quantity';

it.each([
  [0, TIME_UNITS, 'seconds'],
  [45, TIME_UNITS, 'seconds'],
  [60, TIME_UNITS, 'minutes'],
  [5400, TIME_UNITS, 'minutes'],
  [21_600, TIME_UNITS, 'hours'],
  [172_800, TIME_UNITS, 'days'],
  [1024 ** 3, SIZE_UNITS, 'GiB'],
  [100 * 1024 ** 2, SIZE_UNITS, 'MiB'],
  [12_345, SIZE_UNITS, 'MiB'],
  [0, LARGE_SIZE_UNITS, 'GiB'],
  [500 * 1024 ** 3, LARGE_SIZE_UNITS, 'GiB'],
  [2 * 1024 ** 4, LARGE_SIZE_UNITS, 'TiB'],
])('%s -> %s', (value, units, label) => {
  expect(fittingUnit(value, units).label).toBe(label);
});
