import type { MediaInfo } from '../media/media-info.js';
import type { Plan } from '../plan/plan.types.js';
import { mkvmergePath } from './paths.js';

/** @returns when a file says that it was made, in ms since the epoch; null when it does not, or says 1904 or 1970 */
export function creationTime({ container }: MediaInfo): number | null {
  const time = Date.parse(container.tags['creation_time'] ?? '');
  // Cameras without a clock, and muxers without a date, say the beginning of their time.
  return Number.isFinite(time) && time > Date.UTC(1971) ? time : null;
}

/**
 * mkvpropedit's arguments for the date of a Matroska file.
 * @returns null when there is none to be set
 */
export function dateArgs(info: MediaInfo, plan: Plan, output: string): string[] | null {
  const time = creationTime(info);
  if (plan.container !== 'mkv' || !plan.keep.tags || time === null) return null;
  const date = new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  return [mkvmergePath(output), '--edit', 'info', '--set', `date=${date}`];
}
