import { meanSquare, ssim } from './similarity.js';

/** Small grey pictures in a row, and when each is shown. */
export interface GreyFrames {
  width: number;
  height: number;
  /** seconds */
  times: readonly number[];
  pixels: Uint8Array;
}

/** Frames by which the output is tried to be early (below 0) or late. */
export const OFFSETS = [-2, -1, 0, 1, 2] as const;

/** How much some frames in a row resemble the source's, by OFFSETS. */
export interface Stretch {
  frames: number;
  /** mean structural similarity at each of OFFSETS */
  ssim: readonly number[];
}

/** What a comparison of one sample told. */
export interface PictureSample {
  /** seconds on the source's clock */
  start: number;
  /** frames that each file shows, and that both show at the same time */
  frames: { source: number; output: number; paired: number };
  /** mean structural similarity of the frames shown at the same time */
  ssim: number;
  stretches: readonly Stretch[];
  /** mean square by which the picture differs most from the sample's first: how much it moves */
  movement: { source: number; output: number };
}

/** frames */
const STRETCH = 12;
const FEWEST = 6;

const frame = ({ width, height, pixels }: GreyFrames, at: number) =>
  pixels.subarray(at * width * height, (at + 1) * width * height);

/** Part of the usual distance between frames by which two clocks may disagree about one. */
const SAME_TIME = 0.35;

function usualDistance(times: readonly number[]): number {
  const distances = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  return distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0.04;
}

/** Positions in both of frames that are shown at the same time. */
function pair(source: GreyFrames, output: GreyFrames, shift: number): [number, number][] {
  const tolerance = Math.max(0.0015, usualDistance(source.times) * SAME_TIME);
  const pairs: [number, number][] = [];
  let next = 0;
  source.times.forEach((time, at) => {
    while (next < output.times.length && (output.times[next] ?? 0) < time - shift - tolerance) next += 1;
    const other = output.times[next];
    if (other !== undefined && other <= time - shift + tolerance) {
      pairs.push([at, next]);
      next += 1;
    }
  });
  return pairs;
}

function movement(frames: GreyFrames, positions: readonly number[]): number {
  const [first] = positions;
  if (first === undefined) return 0;
  return Math.max(...positions.map((at) => meanSquare(frame(frames, first), frame(frames, at))));
}

/**
 * Compares the same seconds of two films.
 * @param shift seconds by which the source's clock is ahead
 */
export function comparePictures(
  start: number,
  source: GreyFrames,
  output: GreyFrames,
  shift: number,
): PictureSample {
  const { width, height } = source;
  const pairs = pair(source, output, shift);
  const similarity = ([at, other]: [number, number], offset: number) =>
    ssim(frame(source, at), frame(output, other + offset), width, height);
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;

  const inside = pairs.filter(([, other]) =>
    OFFSETS.every((offset) => other + offset >= 0 && other + offset < output.times.length),
  );
  const stretches: Stretch[] = [];
  for (let at = 0; at < inside.length; at += STRETCH) {
    const some = inside.slice(at, at + STRETCH);
    if (some.length < FEWEST) continue;
    const values = OFFSETS.map((offset) => mean(some.map((entry) => similarity(entry, offset))));
    stretches.push({ frames: some.length, ssim: values });
  }
  return {
    start,
    frames: { source: source.times.length, output: output.times.length, paired: pairs.length },
    ssim: mean(pairs.map((entry) => similarity(entry, 0))),
    stretches,
    movement: {
      source: movement(
        source,
        pairs.map(([at]) => at),
      ),
      output: movement(
        output,
        pairs.map(([, other]) => other),
      ),
    },
  };
}
