import type { MasteringDisplay } from '../../media/media-info.js';

/**
 * The keys of -svtav1-params that are used. SVT-AV1 ignores a key that it does not know and still exits with 0,
 * so a misspelt one would go unnoticed; the type admits none.
 */
export type SvtKey =
  | 'film-grain'
  | 'film-grain-denoise'
  | 'mastering-display'
  | 'content-light'
  | 'enable-hdr'
  | 'tune'
  | 'scd'
  | 'lp'
  | 'fps-num'
  | 'fps-denom';

/** @returns the value of -svtav1-params, or null when there is nothing to say */
export function svtParams(entries: Readonly<Partial<Record<SvtKey, string | number>>>): string | null {
  const pairs = Object.entries(entries).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? null : pairs.join(':');
}

/** SMPTE 2086 in SVT's notation: `G(x,y)B(x,y)R(x,y)WP(x,y)L(max,min)`, fractions and cd/m2. */
export function svtMasteringDisplay(display: MasteringDisplay): string {
  const point = (name: string, [x, y]: readonly [number, number]) =>
    `${name}(${x.toFixed(5)},${y.toFixed(5)})`;
  return [
    point('G', display.green),
    point('B', display.blue),
    point('R', display.red),
    point('WP', display.whitePoint),
    `L(${display.maxLuminance.toFixed(4)},${display.minLuminance.toFixed(4)})`,
  ].join('');
}
