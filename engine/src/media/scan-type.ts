import type { PictureLook } from './media-info.js';

/**
 * What ffmpeg's idet counted, each frame by itself, in one or more samples. Its other count lets one damaged frame speak
 * for all the still ones after it.
 */
export interface FieldCounts {
  topFirst: number;
  bottomFirst: number;
  progressive: number;
  undetermined: number;
  /** frames with a field that is the last frame's again, as 3:2 pulldown makes them */
  repeated: number;
  /** interlaced frames that lie in the same two of every five frames: those that 3:2 pulldown weaves */
  woven: number;
}

export const NO_FIELDS: FieldCounts = {
  topFirst: 0,
  bottomFirst: 0,
  progressive: 0,
  undetermined: 0,
  repeated: 0,
  woven: 0,
};

/** frames after which 3:2 pulldown begins anew */
const CYCLE = 5;

const KEYS: Readonly<Record<string, keyof FieldCounts>> = {
  'single.tff': 'topFirst',
  'single.bff': 'bottomFirst',
  'single.progressive': 'progressive',
  'single.undetermined': 'undetermined',
  'repeated.top': 'repeated',
  'repeated.bottom': 'repeated',
};

/**
 * Reads what `idet,metadata=print` says of each frame: totals so far, so that the last frame's are those of the sample.
 */
export class FieldReader {
  private readonly totals = new Map<string, number>();
  /** interlaced frames at each place of the pulldown's cycle */
  private readonly cycle = Array.from({ length: CYCLE }, () => 0);
  private frames = 0;

  push(line: string): void {
    const frame = /^lavfi\.idet\.single\.current_frame=(\w+)/.exec(line)?.[1];
    if (frame !== undefined) {
      const place = this.frames % CYCLE;
      if (frame === 'tff' || frame === 'bff') this.cycle[place] = (this.cycle[place] ?? 0) + 1;
      this.frames += 1;
      return;
    }
    const match = /^lavfi\.idet\.([a-z.]+)=(\d+(?:\.\d+)?)/.exec(line);
    if (match?.[1] !== undefined) this.totals.set(match[1], Number(match[2]));
  }

  result(): FieldCounts {
    const counts = { ...NO_FIELDS };
    for (const [key, name] of Object.entries(KEYS)) counts[name] += Math.round(this.totals.get(key) ?? 0);
    const pairs = this.cycle.map((count, place) => count + (this.cycle[(place + 1) % CYCLE] ?? 0));
    return { ...counts, woven: Math.max(...pairs) };
  }
}

export function addFields(a: FieldCounts, b: FieldCounts): FieldCounts {
  return {
    topFirst: a.topFirst + b.topFirst,
    bottomFirst: a.bottomFirst + b.bottomFirst,
    progressive: a.progressive + b.progressive,
    undetermined: a.undetermined + b.undetermined,
    repeated: a.repeated + b.repeated,
    woven: a.woven + b.woven,
  };
}

/** Frames that must have told something, of all that were looked at. */
const ENOUGH = 0.1;
/**
 * The parts of interlaced frames up to which a picture counts as progressive, and from which as interlaced. Whoever
 * flagged a stream as interlaced mostly knew; scenes in which nothing moves look progressive whatever they are.
 */
const LIMITS = { flagged: [0.01, 0.3], unflagged: [0.05, 0.6] } as const;
/** Of the interlaced frames, those with one order of fields, for it to be the order. */
const SURE = 0.8;
/** 3:2 pulldown repeats a field in two frames of five, and top and bottom ones in turn. */
const REPEATED = [0.3, 0.5] as const;
/**
 * Where little moves, that is not seen; but then of the frames that are interlaced nearly all are the two of five that
 * were woven of two. Ordinary video has them everywhere. Fewer than a handful say nothing.
 */
const WOVEN = 0.85;
const FEWEST_WOVEN = 8;

/**
 * @param flagged the headers call the stream interlaced
 * @returns how the fields belong together, and which comes first where that means something
 */
export function scanTypeOf(
  counts: FieldCounts,
  flagged: boolean,
): Pick<PictureLook, 'scan' | 'topFieldFirst'> {
  const interlaced = counts.topFirst + counts.bottomFirst;
  const told = interlaced + counts.progressive;
  const all = told + counts.undetermined;
  const topFieldFirst = counts.topFirst >= counts.bottomFirst;
  const answer = (scan: PictureLook['scan']) => ({ scan, topFieldFirst });
  if (told === 0 || told < all * ENOUGH) return answer('unclear');
  const [few, many] = flagged ? LIMITS.flagged : LIMITS.unflagged;
  const part = interlaced / told;
  if (part <= few) return answer('progressive');
  const repeated = counts.repeated / all;
  if (repeated >= REPEATED[0] && repeated <= REPEATED[1]) return answer('telecined');
  if (interlaced >= FEWEST_WOVEN && counts.woven / interlaced >= WOVEN) return answer('telecined');
  const sure = Math.max(counts.topFirst, counts.bottomFirst) / interlaced;
  return answer(part >= many && sure >= SURE ? 'interlaced' : 'mixed');
}
