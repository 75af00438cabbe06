import type { Reason } from '#contracts';
import { streamsOf, type MeasuredStreams, type MediaInfo } from '../media/media-info.js';

/** seconds that may be missing: a header rounds, and a last subtitle may be announced longer than it is */
const TOLERANCE = 1;
/** and the part of the whole, because some muxers estimate */
const RELATIVE_TOLERANCE = 0.002;
/** of a clip of a few seconds a whole one would be too much: this part of it, but not less than 0.1 s */
const SHORT_TOLERANCE = 0.05;

/** Formats whose headers say nothing of a duration, so that ffprobe guesses one from size and bit rate. */
const GUESSED = new Set(['mpeg', 'mpegvideo', 'h264', 'hevc', 'm4v', 'vc1', 'dv', 'obu', 'av1']);

/** Headers that count from 0, not from the first packet, so that a late start is part of the duration. */
const COUNTED_FROM_ZERO = new Set(['matroska', 'webm']);

/** Seconds that the header claims. ASF's are of every stream alike; ffprobe adds to them by how much one starts late. */
function claimed(info: MediaInfo): number | null {
  const { container, streams } = info;
  const durations = streams.flatMap(({ durationSeconds }) => durationSeconds ?? []);
  if (container.formatNames.includes('asf') && durations.length > 0) return Math.max(...durations);
  return Math.max(claimedByFrames(info), container.durationSeconds ?? 0) || null;
}

/** Seconds of the frames that an AVI says it has: ffprobe's duration for one is made of what is still there. */
function claimedByFrames(info: MediaInfo): number {
  if (!info.container.formatNames.includes('avi')) return 0;
  const [video] = streamsOf(info, 'video');
  const rate = video?.frameRate ?? null;
  return video?.headerFrames === undefined || rate === null
    ? 0
    : (video.headerFrames * rate.denominator) / rate.numerator;
}

/** Nothing arrived of it, or an edit list leaves all of it out; an encoder would wait for the first frame for ever. */
function pictureIsEmpty(info: MediaInfo, { streams }: MeasuredStreams): boolean {
  const packetsOf = (index: number) => streams.find((stream) => stream.index === index)?.packets ?? 0;
  return streamsOf(info, 'video').some(({ index }) => packetsOf(index) === 0);
}

/**
 * Whether a file ends before its header says: a copy or download that broke off. Decoders do not mind, so that
 * an encode of it would look like a success.
 * @returns the reason to leave it alone, or null
 */
export function sourceIsTruncated(info: MediaInfo, measured: MeasuredStreams): Reason | null {
  const ends = measured.streams.flatMap(({ endSeconds }) => endSeconds ?? []);
  if (ends.length === 0)
    return { code: 'source_empty', message: 'No packet of the file has a time: it holds nothing to play.' };
  if (pictureIsEmpty(info, measured)) {
    const message =
      'The file announces a picture of which nothing is there to be shown; only other streams play.';
    return { code: 'picture_empty', message };
  }
  const { startSeconds, formatNames } = info.container;
  const durationSeconds = claimed(info);
  if (durationSeconds === null || formatNames.some((name) => GUESSED.has(name))) return null;
  const origin = formatNames.some((name) => COUNTED_FROM_ZERO.has(name)) ? 0 : Math.max(0, startSeconds);
  const found = Math.max(...ends) - origin;
  const missing = durationSeconds - found;
  const tolerance = Math.min(TOLERANCE, Math.max(0.1, durationSeconds * SHORT_TOLERANCE));
  if (missing <= Math.max(tolerance, durationSeconds * RELATIVE_TOLERANCE)) return null;
  const message =
    `The file says that it lasts ${durationSeconds.toFixed(1)} s, ` +
    `but its last packet ends at ${found.toFixed(1)} s: it is cut off.`;
  return { code: 'source_truncated', message };
}
