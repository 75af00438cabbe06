import type { MediaFacts } from '#contracts';
import { streamsOf, type MediaInfo } from './media-info.js';

/** The few facts that history keeps of a file. */
export function facts(info: MediaInfo): MediaFacts {
  const { container } = info;
  return {
    container: container.formatNames[0] ?? 'unknown',
    videoCodec: streamsOf(info, 'video')[0]?.codec ?? null,
    audioCodecs: streamsOf(info, 'audio').map((stream) => stream.codec),
    size: container.size,
    bitRate: container.bitRate === null ? null : Math.max(0, container.bitRate),
    durationSeconds: container.durationSeconds === null ? null : Math.max(0, container.durationSeconds),
  };
}
