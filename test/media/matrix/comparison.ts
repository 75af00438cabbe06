import type { Plan, StreamPlan } from '#engine/plan/plan.types.js';
import { isTrack, spanOf, type RawFile, type RawStream } from './ffprobe-json.ts';

/** A track of the source that is to be in the new file, and the one found in its place. */
export interface Pair {
  source: RawStream;
  output: RawStream;
  plan: StreamPlan;
}

export interface Comparison {
  source: RawFile;
  output: RawFile;
  plan: Plan;
  pairs: readonly Pair[];
  /** says that something is not as it was */
  differ(what: string): void;
  /** says that something was looked at, in a word or two */
  checked(what: string): void;
}

/**
 * Seconds by which the source's clock is ahead of the new file's: Matroska keeps its own, everything else is moved
 * so that its first packet, shown or not, is at 0.
 */
export function clockShift({ source }: Comparison): number {
  if (isMatroska(source)) return 0;
  const start = Number.parseFloat(source.format.start_time ?? '0');
  const leads = source.streams.filter(isTrack).flatMap(({ index }) => spanOf(source, index).lead ?? []);
  return Math.min(Number.isFinite(start) ? start : 0, ...leads);
}

export function isMatroska({ format }: RawFile): boolean {
  return format.format_name.includes('matroska');
}

export function fraction(text: string | undefined): number | null {
  const [numerator = Number.NaN, denominator = 1] = (text ?? '').split(/[/:]/).map(Number);
  const value = numerator / denominator;
  return Number.isFinite(value) && value > 0 ? value : null;
}
