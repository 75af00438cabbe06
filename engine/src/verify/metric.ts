import type { Profile } from '../profile/schema/index.js';
import type { Finding } from './verify.types.js';

export type MetricName = 'vmaf' | 'xpsnr' | 'ssim';

/** The least that a result must resemble its source, and what that is measured with. */
export interface MetricFloor {
  name: MetricName;
  minimum: number;
}

/** How well one picture resembles the other, sample by sample, on the metric's own scale. */
export interface MeasuredMetric extends MetricFloor {
  samples: readonly number[];
}

const FILTERS: Record<MetricName, string> = { vmaf: 'libvmaf', xpsnr: 'xpsnr', ssim: 'ssim' };
const TITLES: Record<MetricName, string> = { vmaf: 'VMAF', xpsnr: 'XPSNR', ssim: 'SSIM' };
const KEYS: Record<MetricName, string> = {
  vmaf: 'minimumVmaf',
  xpsnr: 'minimumXpsnr',
  ssim: 'minimumSsim',
};

function demanded({ minimumVmaf, minimumXpsnr, minimumSsim }: Profile['verify']): MetricFloor[] {
  const floors: [MetricName, number | undefined][] = [
    ['vmaf', minimumVmaf],
    ['xpsnr', minimumXpsnr],
    ['ssim', minimumSsim],
  ];
  return floors.flatMap(([name, minimum]) => (minimum === undefined ? [] : [{ name, minimum }]));
}

/** ffmpeg's filters for what a profile demands: with one of them it can be measured. Empty: it demands nothing. */
export function metricFilters(profile: Profile): string[] {
  return demanded(profile.verify).map(({ name }) => FILTERS[name]);
}

/**
 * The first of VMAF, XPSNR and SSIM that the profile has a value for and the node's ffmpeg a filter.
 * @param filters that the node's ffmpeg lists
 * @returns null when the profile demands nothing; a finding when it demands what cannot be measured here
 */
export function chooseMetric(profile: Profile, filters: readonly string[]): MetricFloor | Finding | null {
  const floors = demanded(profile.verify);
  if (floors.length === 0) return null;
  const floor = floors.find(({ name }) => filters.includes(FILTERS[name]));
  if (floor !== undefined) return floor;
  const keys = floors.map(({ name }) => `verify.${KEYS[name]}`).join(', ');
  const missing = floors.map(({ name }) => FILTERS[name]).join(' or ');
  const message =
    `The profile demands ${keys}, and this node's ffmpeg has no filter ${missing}; ` +
    'install an ffmpeg that has it, add verify.minimumSsim, which every ffmpeg can measure, or take the demand out.';
  return { code: 'metric_unavailable', message, stream: null };
}

/** Whether the samples, on average, resemble the source as much as the profile demands. */
export function checkMetric({ name, minimum, samples }: MeasuredMetric): Finding[] {
  const title = TITLES[name];
  if (samples.length === 0) {
    const message = `No sample could be measured with ${title}, of which the profile demands ${minimum}.`;
    return [{ code: 'content_unmeasured', message, stream: null }];
  }
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  if (mean >= minimum) return [];
  const each = samples.map((value) => value.toFixed(3)).join(', ');
  const message = `${title} is ${mean.toFixed(3)} (${each}), and the profile's ${KEYS[name]} is ${minimum}.`;
  return [{ code: 'quality_below_floor', message, stream: null }];
}
