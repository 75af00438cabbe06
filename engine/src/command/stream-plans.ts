import {
  streamsOf,
  type AudioStream,
  type Disposition,
  type MediaInfo,
  type Stream,
} from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';
import type { AddedAudio, AudioEncode, Plan, StreamAction, StreamPlan } from '../plan/plan.types.js';

export type PlanOf<A extends StreamAction['action']> = Extract<StreamPlan, { action: A }>;

/** The plans of one kind, in the source's order, each with its stream. */
export function planned<A extends StreamAction['action']>(
  info: MediaInfo,
  plan: Plan,
  action: A,
): { stream: Stream; plan: PlanOf<A> }[] {
  return info.streams.flatMap((stream) => {
    const entry = plan.streams.find((candidate) => candidate.index === stream.index);
    return entry?.action === action ? [{ stream, plan: entry as PlanOf<A> }] : [];
  });
}

/** One track of the file that audioArgs makes. */
export interface EncodedTrack {
  /** the source's, which it is made from */
  stream: AudioStream;
  audio: AudioEncode;
  /** for a track beside what the stream itself becomes */
  added: AddedAudio | null;
}

/** All audio that is encoded, in the order of the output: a stream's own track, then those that are added to it. */
export function encodedTracks(info: MediaInfo, plan: Plan): EncodedTrack[] {
  return streamsOf(info, 'audio').flatMap((stream) => {
    const entry = plan.streams.find(({ index }) => index === stream.index);
    const own = entry?.action === 'encode-audio' ? [{ stream, audio: entry.audio, added: null }] : [];
    const beside = plan.added
      .filter(({ from }) => from === stream.index)
      .map((added) => ({ stream, audio: added.audio, added }));
    return [...own, ...beside];
  });
}

/** What a player is told about an added track: the stream's language, a title of its own, and no flag. */
export function labelOf<S extends Stream>(stream: S, added: AddedAudio | null): S {
  if (added === null) return stream;
  const off = Object.keys(stream.disposition).map((flag) => [flag, false]);
  return { ...stream, title: added.title, disposition: Object.fromEntries(off) as Disposition };
}

/**
 * AVI's picture, when it is copied into Matroska: mkvmerge knows how to keep one that says only when its frames are to be
 * decoded; ffmpeg refuses it, or makes up wrong times.
 */
export function copiedFromAvi(info: MediaInfo, plan: Plan): Stream | null {
  if (plan.container !== 'mkv' || !info.container.formatNames.includes('avi')) return null;
  const [first] = streamsOf(info, 'video');
  return planned(info, plan, 'copy').some(({ stream }) => stream === first) ? (first ?? null) : null;
}

/**
 * Streams that are copied by way of a file of their own, because mkvmerge numbers the streams of anything but
 * Matroska differently from ffmpeg, reads fewer kinds of files, and would keep another clock.
 */
export function copiedThroughRest(info: MediaInfo, plan: Plan): Stream[] {
  if (isMatroska(info)) return [];
  const direct = copiedFromAvi(info, plan);
  return planned(info, plan, 'copy')
    .map(({ stream }) => stream)
    .filter((stream) => stream !== direct && ['video', 'audio', 'subtitle'].includes(stream.kind));
}

/** Cover art of files that are not Matroska, where it is no attachment yet. */
export function copiedCovers(info: MediaInfo, plan: Plan): Stream[] {
  if (isMatroska(info)) return [];
  return planned(info, plan, 'copy')
    .map(({ stream }) => stream)
    .filter(({ kind }) => kind === 'cover');
}
