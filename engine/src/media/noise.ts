/**
 * Measures the noise of a picture (film grain, a sensor's noise) in two frames that follow each other.
 *
 * In each block two numbers bound it from above: how much the block differs from a tilted plane, and how much it
 * differs from itself one frame later. Detail makes the first one large, movement the second, so the smaller one
 * counts, and the quieter blocks of a picture count more than the rest. What stands still and is smooth is noise-free,
 * what is smooth and flickers is not.
 */

/** pixels; a side of the blocks */
const BLOCK = 16;
/** the part of all blocks that the answer is larger than */
const QUANTILE = 0.1;
/** of 8 bits: darker or brighter blocks are bars, or clipped */
const DARKEST = 24;
const BRIGHTEST = 232;
/** Fewer blocks than this say nothing. */
const FEWEST = 12;

/** Luma of one frame, row by row, in any depth. */
export interface LumaFrame {
  width: number;
  height: number;
  samples: Uint16Array;
  /** steps of these samples for one of 8 bits */
  scale: number;
}

interface Moments {
  mean: number;
  /** standard deviation from a tilted plane */
  spread: number;
}

/** Fits a plane to a block by least squares; x and y run symmetrically around 0, so that the sums fall apart. */
function flatten(value: (x: number, y: number) => number): Moments {
  const middle = (BLOCK - 1) / 2;
  let [sum, squares, alongX, alongY] = [0, 0, 0, 0];
  for (let y = 0; y < BLOCK; y += 1) {
    for (let x = 0; x < BLOCK; x += 1) {
      const sample = value(x, y);
      sum += sample;
      squares += sample * sample;
      alongX += sample * (x - middle);
      alongY += sample * (y - middle);
    }
  }
  const count = BLOCK * BLOCK;
  const slopes = (BLOCK * BLOCK * (BLOCK * BLOCK - 1)) / 12;
  const explained = (alongX * alongX + alongY * alongY) / slopes;
  const rest = squares - (sum * sum) / count - explained;
  return { mean: sum / count, spread: Math.sqrt(Math.max(0, rest) / (count - 3)) };
}

/**
 * @param first and `second`: of the same size, one after the other
 * @returns standard deviation of the noise in steps of 8 bits; null when the picture is too small or all black or white
 */
export function noiseOf(first: LumaFrame, second: LumaFrame): number | null {
  const { width, height, scale } = first;
  const found: number[] = [];
  for (let top = 0; top + BLOCK <= height; top += BLOCK) {
    for (let left = 0; left + BLOCK <= width; left += BLOCK) {
      const at = (x: number, y: number) => (top + y) * width + left + x;
      const sample = (frame: LumaFrame, x: number, y: number) => (frame.samples[at(x, y)] ?? 0) / scale;
      const inSpace = flatten((x, y) => sample(first, x, y));
      if (inSpace.mean < DARKEST || inSpace.mean > BRIGHTEST) continue;
      const inTime = flatten((x, y) => sample(second, x, y) - sample(first, x, y));
      found.push(Math.min(inSpace.spread, inTime.spread / Math.SQRT2));
    }
  }
  if (found.length < FEWEST) return null;
  found.sort((a, b) => a - b);
  return found[Math.floor(found.length * QUANTILE)] ?? null;
}

/** @returns the middle one; null for none */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
