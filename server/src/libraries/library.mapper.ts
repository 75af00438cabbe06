import type { Library, LibraryStatistics, ScanStatus } from '#contracts';
import type { LibraryTallyEntity } from './library-tally.entity.js';
import type { LibraryEntity } from './library.entity.js';

/**
 * @param tallies of this library
 * @param saved bytes
 */
export function toStatistics(tallies: readonly LibraryTallyEntity[], saved: number): LibraryStatistics {
  const of = (status: string) => tallies.find((tally) => tally.status === status);
  const present = (['new', 'waiting', 'unreadable', 'skipped', 'queued', 'replaced', 'failed'] as const).map(
    of,
  );
  return {
    files: present.reduce((sum, tally) => sum + (tally?.files ?? 0), 0),
    size: present.reduce((sum, tally) => sum + (tally?.size ?? 0), 0),
    queued: of('queued')?.files ?? 0,
    replaced: of('replaced')?.files ?? 0,
    skipped: of('skipped')?.files ?? 0,
    failed: of('failed')?.files ?? 0,
    unreadable: of('unreadable')?.files ?? 0,
    saved,
    inTrash: of('in_trash')?.size ?? 0,
  };
}

export function toLibrary(
  row: LibraryEntity,
  statistics: LibraryStatistics,
  scan: ScanStatus | undefined,
): Library {
  const { id, name, path, enabled, profile, extensions, minimumSize, minimumAgeSeconds, ignore } = row;
  const { scanIntervalSeconds, weight, order, hardLinks, webhookUrl, lastScanAt } = row;
  const { review, trashKeepDays, trashMaximumSize, nodeTags } = row;
  return {
    ...{ id, name, path, enabled, profile, extensions, minimumSize, minimumAgeSeconds, ignore },
    ...{ scanIntervalSeconds, weight, order, hardLinks, webhookUrl },
    ...{ review, trashKeepDays, trashMaximumSize, nodeTags },
    lastScanAt: lastScanAt === null ? null : new Date(lastScanAt).toISOString(),
    statistics,
    scanState: scan?.state === 'running' || scan?.state === 'paused' ? scan.state : 'idle',
  };
}
