import { durationOf } from './duration.js';
import type { MeasuredStreams, MediaInfo } from './media-info.js';

/** @returns seconds: the first thing that a player shows, or that a copied audio stream starts with */
function earliest(info: MediaInfo, measured: MeasuredStreams): number | null {
  const starts = measured.streams.flatMap(({ index, firstSeconds, leadSeconds }) => {
    const kind = info.streams.find((stream) => stream.index === index)?.kind;
    if (kind === 'audio') return leadSeconds ?? [];
    return kind === 'video' || kind === 'subtitle' ? (firstSeconds ?? []) : [];
  });
  return starts.length === 0 ? null : Math.min(...starts);
}

/**
 * Puts what was measured in the place of what the headers claim: bit rates, so that a plan neither guesses nor
 * believes a stale tag, and where the file starts, so that a copied stream's priming does not move its sound
 * against the picture.
 */
export function withMeasurements(info: MediaInfo, measured: MeasuredStreams): MediaInfo {
  const duration = durationOf(info);
  const bytes = new Map(measured.streams.map((stream) => [stream.index, stream.bytes]));
  const packets = new Map(measured.streams.map((stream) => [stream.index, stream.packets]));
  return {
    ...info,
    container: { ...info.container, startSeconds: earliest(info, measured) ?? info.container.startSeconds },
    streams: info.streams.map((stream) => {
      const size = bytes.get(stream.index) ?? 0;
      const isPicture = stream.kind === 'cover' || stream.kind === 'attachment';
      const counted = { ...stream, packets: packets.get(stream.index) ?? 0 };
      const seen =
        counted.kind === 'video' && measured.look !== undefined
          ? { ...counted, look: measured.look }
          : counted;
      if (duration === null || duration <= 0 || size === 0 || isPicture) return seen;
      return { ...seen, bitRate: Math.round((size * 8) / duration) };
    }),
  };
}
