import type { MeasuredStream, MeasuredStreams, MediaInfo, Stream } from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';
import type { AddedAudio, StreamPlan } from '../plan/plan.types.js';
import type { HeaderInput, TrackPair } from './verify.types.js';

const isTrack = ({ kind }: Stream) => kind === 'video' || kind === 'audio' || kind === 'subtitle';

/** The output's tracks that a player offers; covers, attachments and MP4's chapter text are none. */
export function tracksOf(info: MediaInfo): Stream[] {
  return info.streams.filter(isTrack);
}

function planOfAdded({ from, audio, reason }: AddedAudio): StreamPlan {
  return { index: from, action: 'encode-audio', audio, reason };
}

/** Pairs by order: the parts are joined in the source's order, added tracks behind what they are made from. */
export function pairTracks({ source, output, plan }: HeaderInput): TrackPair[] {
  const outputTracks = tracksOf(output);
  return tracksOf(source)
    .flatMap((stream) => {
      const entry = plan.streams.find(({ index }) => index === stream.index);
      const own =
        entry === undefined || entry.action === 'drop' ? [] : [{ source: stream, plan: entry, added: null }];
      const beside = plan.added
        .filter(({ from }) => from === stream.index)
        .map((added) => ({ source: stream, plan: planOfAdded(added), added }));
      return [...own, ...beside];
    })
    .map((pair, position) => ({ ...pair, output: outputTracks[position] }));
}

export function measureOf(measured: MeasuredStreams, stream: Stream | undefined): MeasuredStream | undefined {
  return stream === undefined ? undefined : measured.streams.find(({ index }) => index === stream.index);
}

/** Whether what is decoded of a track is the source's own, bit for bit. */
export function isCopied({ action }: StreamPlan): boolean {
  return action === 'copy' || action === 'convert-dolby-vision';
}

/** Seconds by which the source's clock is ahead of the output's; see command/time-base. */
export function clockShift(source: MediaInfo): number {
  return isMatroska(source) ? 0 : source.container.startSeconds;
}
