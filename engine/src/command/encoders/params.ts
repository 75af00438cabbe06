import type { MasteringDisplay } from '../../media/media-info.js';

/**
 * The `key=value:key=value` that -x264-params and -x265-params take. Nothing in it needs escaping: keys are ours or
 * from the profile's list, values are numbers and words that the profile's schema lets through.
 * @returns null when there is nothing to say
 */
export function params(entries: Readonly<Record<string, string | number>>): string | null {
  const pairs = Object.entries(entries).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? null : pairs.join(':');
}

/** SMPTE 2086 in whole numbers: chromaticities in steps of 0.00002, luminance in steps of 0.0001 cd/m2. */
export function integerMasteringDisplay(display: MasteringDisplay): string {
  const point = (name: string, [x, y]: readonly [number, number]) =>
    `${name}(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`;
  const luminance = [display.maxLuminance, display.minLuminance].map((value) => Math.round(value * 10_000));
  return [
    point('G', display.green),
    point('B', display.blue),
    point('R', display.red),
    point('WP', display.whitePoint),
    `L(${luminance.join(',')})`,
  ].join('');
}
