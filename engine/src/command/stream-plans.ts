import type { MediaInfo, Stream } from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';
import type { Plan, StreamAction, StreamPlan } from '../plan/plan.types.js';

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

/**
 * Streams that are copied by way of a file of their own, because mkvmerge numbers the streams of anything but
 * Matroska differently from ffmpeg, reads fewer kinds of files, and would keep another clock.
 */
export function copiedThroughRest(info: MediaInfo, plan: Plan): Stream[] {
  if (isMatroska(info)) return [];
  return planned(info, plan, 'copy')
    .map(({ stream }) => stream)
    .filter(({ kind }) => kind === 'video' || kind === 'audio' || kind === 'subtitle');
}

/** Cover art of files that are not Matroska, where it is no attachment yet. */
export function copiedCovers(info: MediaInfo, plan: Plan): Stream[] {
  if (isMatroska(info)) return [];
  return planned(info, plan, 'copy')
    .map(({ stream }) => stream)
    .filter(({ kind }) => kind === 'cover');
}
