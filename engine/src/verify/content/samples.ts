import type { MeasuredStreams, MediaInfo, Stream } from '../../media/media-info.js';
import { measureOf } from '../tracks.js';

/** A stretch of the film that is looked at and listened to in both files. */
export interface Sample {
  /** seconds on the source's clock */
  start: number;
  end: number;
}

/** How a place in a file can be reached so that its frames are the right ones. */
interface Reach {
  /** seconds that are decoded before a sample, so that what refers to earlier frames is whole again */
  lead: number;
  /** false: only reading from the file's beginning gets there */
  seek: boolean;
}

const SECONDS = 3;
/** seconds from the start that are decoded at most where there is no seeking */
const WITHOUT_SEEKING = 120;

/** Formats that leave out most presentation times: after a seek, nobody knows where one is. */
const WITHOUT_TIMES = new Set(['mpeg', 'avi', 'mpegvideo', 'h264', 'hevc', 'm4v', 'vc1', 'dv']);
/** Formats without an index: a seek guesses, and may land inside a group of pictures. */
const WITHOUT_INDEX = new Set(['mpegts', 'asf', 'flv']);

function reachOf({ container }: MediaInfo): Reach {
  const isOne = (names: ReadonlySet<string>) => container.formatNames.some((name) => names.has(name));
  if (isOne(WITHOUT_TIMES)) return { lead: 0, seek: false };
  return { lead: isOne(WITHOUT_INDEX) ? 12 : 1, seek: true };
}

/** @returns start, middle and end of the film, as far as they can be reached; fewer of a short one */
export function chooseSamples(source: MediaInfo, measured: MeasuredStreams, stream: Stream): Sample[] {
  const flow = measureOf(measured, stream);
  if (flow?.firstSeconds == null || flow.endSeconds === null) return [];
  const first = flow.firstSeconds;
  const last = reachOf(source).seek ? flow.endSeconds : Math.min(flow.endSeconds, first + WITHOUT_SEEKING);
  const length = last - first;
  if (length <= SECONDS) return [{ start: first, end: last }];
  const count = length <= 2 * SECONDS ? 2 : 3;
  return Array.from({ length: count }, (_, position) => {
    const start = first + ((length - SECONDS) * position) / (count - 1);
    return { start, end: start + SECONDS };
  });
}

/** @returns seconds from a file's beginning to seek to for what starts at `start`; null: read from the beginning */
export function seekTo(info: MediaInfo, start: number): number | null {
  const { lead, seek } = reachOf(info);
  const seconds = start - lead - info.container.startSeconds;
  return seek && seconds > 0 ? seconds : null;
}
