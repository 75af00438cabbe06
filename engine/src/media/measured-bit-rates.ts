import { durationOf } from './duration.js';
import type { MeasuredStreams, MediaInfo } from './media-info.js';

/**
 * Fills in the bit rates that a file does not say with those that were measured, so that a plan made on them
 * neither guesses nor believes a stale tag.
 */
export function withMeasuredBitRates(info: MediaInfo, measured: MeasuredStreams): MediaInfo {
  const duration = durationOf(info);
  if (duration === null || duration <= 0) return info;
  const bytes = new Map(measured.streams.map((stream) => [stream.index, stream.bytes]));
  return {
    ...info,
    streams: info.streams.map((stream) => {
      const size = bytes.get(stream.index);
      if (size === undefined || size === 0 || stream.kind === 'cover' || stream.kind === 'attachment') return stream;
      return { ...stream, bitRate: Math.round((size * 8) / duration) };
    }),
  };
}
