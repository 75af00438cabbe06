import type { TrashEntry } from '#contracts';
import { formatBytes, formatCount } from '../../ui/format/bytes';
import { splitPath } from '../../ui/format/path';

/** As many names are told one by one; the rest are counted. */
const NAMES_TOLD = 3;

export function nameOf(entry: Pick<TrashEntry, 'originalPath'>): string {
  return splitPath(entry.originalPath).name;
}

/** `3 files`, `1 file`. */
export function files(count: number): string {
  return count === 1 ? '1 file' : `${formatCount(count)} files`;
}

/** `a.mkv, b.mkv, c.mkv and 4 more`. */
export function namesOf(entries: readonly Pick<TrashEntry, 'originalPath'>[]): string {
  const told = entries.slice(0, NAMES_TOLD).map(nameOf).join(', ');
  const rest = entries.length - NAMES_TOLD;
  return rest > 0 ? `${told} and ${formatCount(rest)} more` : told;
}

export function sizeOf(entries: readonly Pick<TrashEntry, 'size'>[]): number {
  return entries.reduce((sum, entry) => sum + entry.size, 0);
}

/** `12 files with 34 GiB`. */
export function amount(count: number, bytes: number): string {
  return `${files(count)} with ${formatBytes(bytes)}`;
}
