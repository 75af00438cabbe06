/** Less noise than this is a codec's or dither's own: nothing that a viewer sees as grain. */
const NO_GRAIN_BELOW = 1.2;
/** SVT-AV1's steps of film grain for a standard deviation of 1: an old film has about 2, which is its step 10. */
const STEPS_PER_SIGMA = 5;
/** More looks like snow, whatever was measured. */
const MOST = 40;

/**
 * How much grain a player is to add for the noise that was measured.
 * @param sigma standard deviation of the luma's noise in steps of 8 bits; null when nobody has measured
 * @returns SVT-AV1's film-grain, 0 to 40
 */
export function grainFor(sigma: number | null): number {
  if (sigma === null || !(sigma >= NO_GRAIN_BELOW)) return 0;
  return Math.min(MOST, Math.round(sigma * STEPS_PER_SIGMA));
}
