import path from 'node:path';
import type { ScanProblem } from '#contracts';
import type { FolderProfileChange } from '../../profiles/folder-file.js';
import { NOTHING_KNOWN } from './known-files.js';
import { walk } from './walk.js';
import type { FoundFile, WalkCounts, WalkRules } from './walk.types.js';

export interface LibraryWalkReport {
  counts: WalkCounts;
  problems: ScanProblem[];
}

/**
 * The media files of a folder, without a database and without changing anything.
 * @param folder absolute
 * @param onFolderProfile told of each `.boilarr.yaml` before the files that it rules over
 * @returns one file after the other; at the end what else there is to say
 * @throws WalkError when the folder cannot be walked
 */
export async function* walkLibrary(
  folder: string,
  rules: WalkRules,
  onFolderProfile: (change: FolderProfileChange) => void = () => undefined,
): AsyncGenerator<FoundFile & { path: string }, LibraryWalkReport, undefined> {
  const report: LibraryWalkReport = {
    counts: { folders: 0, files: 0, media: 0, unchanged: 0, waiting: 0, passedOver: 0, problems: 0 },
    problems: [],
  };
  for (const batch of walk(folder, rules, NOTHING_KNOWN)) {
    report.counts = batch.counts;
    report.problems.push(...batch.problems);
    for (const change of batch.folderProfiles) onFolderProfile(change);
    for (const change of batch.changes) {
      if (change.kind !== 'new') continue;
      const { directory, name } = change.file;
      yield { ...change.file, path: path.join(folder, directory, name) };
    }
    // The walk is synchronous; let timers and signals in between.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return report;
}
