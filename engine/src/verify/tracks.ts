import type { MeasuredStream, MeasuredStreams, MediaInfo, Stream } from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';
import type { HeaderInput, TrackPair } from './verify.types.js';

const isTrack = ({ kind }: Stream) => kind === 'video' || kind === 'audio' || kind === 'subtitle';

/** The output's tracks that a player offers; covers, attachments and MP4's chapter text are none. */
export function tracksOf(info: MediaInfo): Stream[] {
  return info.streams.filter(isTrack);
}

/** Pairs by order: the parts are joined in the source's order. */
export function pairTracks({ source, output, plan }: HeaderInput): TrackPair[] {
  const outputTracks = tracksOf(output);
  return tracksOf(source)
    .flatMap((stream) => {
      const entry = plan.streams.find(({ index }) => index === stream.index);
      return entry === undefined || entry.action === 'drop' ? [] : [{ source: stream, plan: entry }];
    })
    .map((pair, position) => ({ ...pair, output: outputTracks[position] }));
}

export function measureOf(measured: MeasuredStreams, stream: Stream | undefined): MeasuredStream | undefined {
  return stream === undefined ? undefined : measured.streams.find(({ index }) => index === stream.index);
}

/** Seconds by which the source's clock is ahead of the output's; see command/time-base. */
export function clockShift(source: MediaInfo): number {
  return isMatroska(source) ? 0 : source.container.startSeconds;
}
