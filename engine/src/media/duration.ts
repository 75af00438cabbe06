import type { MediaInfo } from './media-info.js';

/** @returns seconds, from the container or the longest stream; null when none says */
export function durationOf(info: MediaInfo): number | null {
  if (info.container.durationSeconds !== null) return info.container.durationSeconds;
  const durations = info.streams.flatMap((stream) => stream.durationSeconds ?? []);
  return durations.length === 0 ? null : Math.max(...durations);
}
