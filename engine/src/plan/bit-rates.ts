import { durationOf } from '../media/duration.js';
import { streamsOf, type MediaInfo } from '../media/media-info.js';

/** @returns bit/s of the whole file; null when neither header nor size and duration tell */
export function totalBitRate(info: MediaInfo): number | null {
  const duration = durationOf(info);
  if (duration !== null && duration > 0 && info.container.size > 0)
    return (info.container.size * 8) / duration;
  return info.container.bitRate;
}

/**
 * @returns bit/s of the file's one video stream: what it says itself, else what is left of the whole file when
 *   everything that says its own is taken away; null when nothing tells
 */
export function videoBitRate(info: MediaInfo): number | null {
  const [video] = streamsOf(info, 'video');
  if (video === undefined) return null;
  const total = totalBitRate(info);
  // A tag that claims more than the whole file has is stale.
  if (video.bitRate !== null && (total === null || video.bitRate <= total * 1.05)) return video.bitRate;
  if (total === null) return null;
  const others = info.streams.reduce(
    (sum, stream) => sum + (stream === video ? 0 : (stream.bitRate ?? 0)),
    0,
  );
  return others < total ? total - others : total;
}
