import { durationOf } from './duration.js';
import type { MeasuredStream, MeasuredStreams, MediaInfo, Stream, VideoStream } from './media-info.js';

/** @returns seconds: the first thing that a player shows, or that a copied audio stream starts with */
function earliest(info: MediaInfo, measured: MeasuredStreams): number | null {
  const starts = measured.streams.flatMap(({ index, firstSeconds, leadSeconds }) => {
    const kind = info.streams.find((stream) => stream.index === index)?.kind;
    if (kind === 'audio') return leadSeconds ?? [];
    return kind === 'video' || kind === 'subtitle' ? (firstSeconds ?? []) : [];
  });
  return starts.length === 0 ? null : Math.min(...starts);
}

/** @returns seconds that a stream of sound or pictures really lasts; null when that is unknown, or it is none */
function lengthOf(kind: Stream['kind'], measured: MeasuredStream | undefined): number | null {
  if (measured?.firstSeconds == null || measured.endSeconds === null) return null;
  const length = measured.endSeconds - measured.firstSeconds;
  return (kind === 'video' || kind === 'audio') && length > 0 ? length : null;
}

/** A picture with what was seen of it: what a film carries may begin after its first frames. */
function lookedAt(video: VideoStream, { look, frameData, layer }: MeasuredStreams): VideoStream {
  const { dolbyVision } = video.hdr;
  const hdr10Plus = video.hdr.hdr10Plus || frameData?.hdr10Plus === true;
  return {
    ...video,
    look: look ?? video.look,
    closedCaptions: video.closedCaptions || frameData?.closedCaptions === true,
    hdr: {
      ...video.hdr,
      hdr10Plus,
      dolbyVision: dolbyVision === null || layer === undefined ? dolbyVision : { ...dolbyVision, layer },
    },
  };
}

/**
 * Puts what was measured in the place of what the headers claim: how long it lasts and at which bit rates, so that a plan
 * neither guesses nor believes a stale tag, and where the file starts, so that a copied stream's priming does not
 * move its sound against the picture.
 */
export function withMeasurements(info: MediaInfo, measured: MeasuredStreams): MediaInfo {
  const byIndex = new Map(measured.streams.map((stream) => [stream.index, stream]));
  const lengths = info.streams.flatMap(({ index, kind }) => lengthOf(kind, byIndex.get(index)) ?? []);
  // Late sound counts from where the file starts; a header may count from 0, hours before that.
  const duration = lengths.length === 0 ? durationOf(info) : Math.max(...lengths);
  return {
    ...info,
    container: {
      ...info.container,
      startSeconds: earliest(info, measured) ?? info.container.startSeconds,
      durationSeconds: duration,
    },
    streams: info.streams.map((stream) => {
      const own = byIndex.get(stream.index);
      const size = own?.bytes ?? 0;
      const isPicture = stream.kind === 'cover' || stream.kind === 'attachment';
      const counted = { ...stream, packets: own?.packets ?? 0 };
      const seen = counted.kind === 'video' ? lookedAt(counted, measured) : counted;
      const length = lengthOf(stream.kind, own) ?? duration;
      if (length === null || length <= 0 || size === 0 || isPicture) return seen;
      return { ...seen, bitRate: Math.round((size * 8) / length) };
    }),
  };
}
