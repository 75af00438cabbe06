/** A unit that a quantity can be typed in. */
export interface Unit {
  label: string;
  /** how many of the base unit one of it is */
  factor: number;
}

export const SIZE_UNITS: readonly Unit[] = [
  { label: 'MiB', factor: 1024 ** 2 },
  { label: 'GiB', factor: 1024 ** 3 },
];

/** For what is never a few MiB. */
export const LARGE_SIZE_UNITS: readonly Unit[] = [
  { label: 'GiB', factor: 1024 ** 3 },
  { label: 'TiB', factor: 1024 ** 4 },
];

export const TIME_UNITS: readonly Unit[] = [
  { label: 'seconds', factor: 1 },
  { label: 'minutes', factor: 60 },
  { label: 'hours', factor: 3600 },
  { label: 'days', factor: 86_400 },
];

/** The largest unit in which `value` is a whole number, or the smallest unit. */
export function fittingUnit(value: number, units: readonly Unit[]): Unit {
  const fitting = value === 0 ? undefined : units.findLast((unit) => value % unit.factor === 0);
  return fitting ?? units[0] ?? { label: '', factor: 1 };
}
