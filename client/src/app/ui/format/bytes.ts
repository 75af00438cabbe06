const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/**
 * Bytes for people, in binary units: `1.4 GiB`. Three digits or so, never `1024 MiB`.
 * Negative amounts keep their sign: a new file may be larger than the old one.
 */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return '–';
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.95 would be printed as 1024, so it already belongs to the next unit
  while (unit < UNITS.length - 1 && value >= (unit === 0 ? 1024 : 1023.5)) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const sign = bytes < 0 ? '−' : '';
  return `${sign}${value.toFixed(digits)} ${UNITS[unit] ?? 'B'}`;
}

/** What part of `whole` `part` is, in per cent, or null where that says nothing. */
export function percentOf(part: number, whole: number): number | null {
  return whole > 0 ? (part / whole) * 100 : null;
}

/** `42 %`; a digit after the point below ten. */
export function formatPercent(percent: number | null | undefined): string {
  if (percent === null || percent === undefined || !Number.isFinite(percent)) return '–';
  const rounded = Math.abs(percent) < 9.95 ? percent.toFixed(1) : percent.toFixed(0);
  return `${rounded.replace('-', '−').replace(/\.0$/, '')} %`;
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `12,345`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** Bit/s for people, in decimal units as the field counts them: `8.4 Mbit/s`. */
export function formatBitRate(bitsPerSecond: number | null | undefined): string {
  if (bitsPerSecond === null || bitsPerSecond === undefined) return '–';
  if (bitsPerSecond >= 1e6) return `${(bitsPerSecond / 1e6).toFixed(bitsPerSecond >= 1e8 ? 0 : 1)} Mbit/s`;
  return `${(bitsPerSecond / 1e3).toFixed(0)} kbit/s`;
}
