/** How far projected sizes were off so far, added up. */
export interface ProjectionSums {
  count: number;
  sumLogRatio: number;
  sumAbsError: number;
}

/** One file whose new size is known. */
export interface ProjectionSample {
  /** bytes that were expected, with the correction that the plan was made with */
  expectedSize: number;
  correction: number;
  /** bytes */
  actualSize: number;
}

/** Files by which a correction is held back towards 1 while little is known. */
const DOUBT = 2;
const LEAST = 0.25;
const MOST = 4;

/** One odd file must not outweigh many ordinary ones. */
const WIDEST_LOG = Math.log(16);

/** Lines that a picture of a class may have, with room for what is cropped or not quite 16:9. */
const CLASSES: readonly (readonly [lines: number, name: string])[] = [
  [600, 'sd'],
  [800, '720'],
  [1200, '1080'],
  [1700, '1440'],
  [2400, '2160'],
];

/** A picture's class by its larger claim: a wide film has few lines, an upright one few columns. */
export function heightClass(width: number, height: number): string {
  const lines = Math.max(Math.min(width, height), Math.round((Math.max(width, height) * 9) / 16));
  return CLASSES.find(([most]) => lines <= most)?.[1] ?? '4320';
}

/** What files must have in common for one to say something about the next. */
export function projectionKey(
  video: { codec: string; width: number; height: number },
  targetCodec: string,
): string {
  return `${video.codec}/${heightClass(video.width, video.height)}/${targetCodec}`;
}

/** @returns what to multiply a projection by: 1 without any history, and never far from it by a few files alone */
export function correctionOf(sums: Pick<ProjectionSums, 'count' | 'sumLogRatio'> | undefined): number {
  if (sums === undefined) return 1;
  return Math.min(MOST, Math.max(LEAST, Math.exp(sums.sumLogRatio / (sums.count + DOUBT))));
}

/** @returns what one file adds to the sums; null when it says nothing */
export function measure({ expectedSize, correction, actualSize }: ProjectionSample): ProjectionSums | null {
  if (!(expectedSize > 0 && correction > 0 && actualSize > 0)) return null;
  const log = Math.log(actualSize / (expectedSize / correction));
  return {
    count: 1,
    sumLogRatio: Math.min(WIDEST_LOG, Math.max(-WIDEST_LOG, log)),
    sumAbsError: Math.abs(actualSize - expectedSize) / actualSize,
  };
}

export function addSums(all: readonly ProjectionSums[]): ProjectionSums {
  return all.reduce(
    (sum, one) => ({
      count: sum.count + one.count,
      sumLogRatio: sum.sumLogRatio + one.sumLogRatio,
      sumAbsError: sum.sumAbsError + one.sumAbsError,
    }),
    { count: 0, sumLogRatio: 0, sumAbsError: 0 },
  );
}

/** @returns the mean of |actual - expected| / actual; null when there was no file */
export function meanAbsoluteError({ count, sumAbsError }: ProjectionSums): number | null {
  return count === 0 ? null : sumAbsError / count;
}
