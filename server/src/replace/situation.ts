import path from 'node:path';
import type { FileFacts, FilePort } from './file-port.js';
import { isClaimed, isClaimedInTrash, type SourceIdentity } from './identity.js';
import { holdsAnything } from './mounted.js';
import { TRASH_FOLDER } from './names.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';

/** What lies at the four paths of a journal row, told by content and never by name or by inode alone. */
export interface Situation {
  /** the output takes the source's own name */
  sameName: boolean;
  /**
   * `original`: what was claimed; `new`: the output (only with `sameName`); `other`: neither;
   * `none`: the row has no source to move away
   */
  source: 'absent' | 'original' | 'new' | 'other' | 'none';
  /** the name that the output takes when it is not the source's; `empty`: zero bytes, as a reserved name has */
  final: 'absent' | 'new' | 'empty' | 'other';
  trash: 'absent' | 'original' | 'other';
  staged: 'absent' | 'staged' | 'other';
  /** source and trash are one file with two names */
  trashIsSource: boolean;
  /**
   * Library and trash are mounted, as far as can be told: one of the files is there, or the source's folder holds at
   * least something, and unless the original is in its place the library's trash is there too
   */
  reachable: boolean;
}

/** What was looked at, with the last facts of the source for whoever is about to move something over it. */
export interface Inspected extends Situation {
  sourceFacts: FileFacts | null;
}

/**
 * - `finish`: the swap is done, only its closing is not
 * - `forward`: nothing is lost and nothing is done yet, or half: do the (rest of the) swap
 * - `back`: undo; the original goes, or stays, where it was
 * - `leave`: what is there says nothing, as with a share that is not mounted; touch nothing
 */
export type Decision = 'finish' | 'forward' | 'back' | 'leave';

export function sourceIdentity(row: ReplaceJournalEntity): SourceIdentity {
  return { size: row.sourceSize, mtimeNs: row.sourceMtimeNs, headTailHash: row.sourceHash };
}

/** Whether the row has a file to move into the trash at all; a restore whose replacement was deleted has none. */
export function hasSource(row: ReplaceJournalEntity): boolean {
  return row.sourceHash !== '';
}

export function isSameName(row: ReplaceJournalEntity): boolean {
  return hasSource(row) && row.sourcePath === row.finalPath;
}

/** Whether a path holds the whole staged file. Reads all of it when the size fits. */
export async function isStagedFile(
  port: FilePort,
  row: ReplaceJournalEntity,
  file: string,
  facts: FileFacts | null,
): Promise<boolean> {
  if (facts?.kind !== 'file' || facts.size !== row.stagedSize) return false;
  const hash = row.kind === 'restore' ? await port.headTailHash(file) : await port.sha256(file);
  return hash === row.stagedSha256;
}

/** @throws the file system's error: a path that cannot be looked at is not a path that is empty */
export async function inspect(port: FilePort, row: ReplaceJournalEntity): Promise<Inspected> {
  const sameName = isSameName(row);
  const was = sourceIdentity(row);
  const sourceFacts = hasSource(row) ? await port.lstat(row.sourcePath) : null;
  const finalFacts = sameName ? null : await port.lstat(row.finalPath);
  const trashFacts = await port.lstat(row.trashPath);
  const stagedFacts = await port.lstat(row.stagedPath);

  let source: Situation['source'] = 'none';
  if (hasSource(row)) {
    if (sourceFacts === null) source = 'absent';
    else if (await isClaimed(port, row.sourcePath, sourceFacts, was)) source = 'original';
    else if (sameName && (await isStagedFile(port, row, row.sourcePath, sourceFacts))) source = 'new';
    else source = 'other';
  }
  let final: Situation['final'] = 'absent';
  if (finalFacts !== null) {
    if (await isStagedFile(port, row, row.finalPath, finalFacts)) final = 'new';
    else final = finalFacts.kind === 'file' && finalFacts.size === 0 ? 'empty' : 'other';
  }
  let trash: Situation['trash'] = 'absent';
  if (trashFacts !== null) {
    trash = (await isClaimedInTrash(port, row.trashPath, trashFacts, was)) ? 'original' : 'other';
  }
  let staged: Situation['staged'] = 'absent';
  if (stagedFacts !== null) {
    staged = (await isStagedFile(port, row, row.stagedPath, stagedFacts)) ? 'staged' : 'other';
  }
  // A name that is only reserved may have been made below the mount point, as the share went away.
  const reserved = final === 'empty' ? path.basename(row.finalPath) : undefined;
  const somethingThere = sourceFacts !== null || final === 'new' || final === 'other' || stagedFacts !== null;
  return {
    sourceFacts,
    sameName,
    source,
    final,
    trash,
    staged,
    trashIsSource: trashFacts !== null && trashFacts.inode === sourceFacts?.inode,
    reachable:
      (somethingThere || (await holdsAnything(port, path.dirname(row.sourcePath), reserved))) &&
      (source === 'original' || trashFacts !== null || (await hasTrash(port, row))),
  };
}

/**
 * Whether the file system that the row tells of is there at all, told without reading anything: an empty folder
 * stands where a share is not mounted.
 */
export async function isMounted(port: FilePort, row: ReplaceJournalEntity): Promise<boolean> {
  for (const file of [row.sourcePath, row.stagedPath, row.finalPath]) {
    if ((await port.lstat(file)) !== null) return true;
  }
  return (await holdsAnything(port, path.dirname(row.sourcePath))) && (await hasTrash(port, row));
}

/** The trash was made before anything was put into it, and is on the file system that the library is on. */
async function hasTrash(port: FilePort, row: ReplaceJournalEntity): Promise<boolean> {
  const cut = row.trashPath.lastIndexOf(`${path.sep}${TRASH_FOLDER}${path.sep}`);
  return (await port.lstat(row.trashPath.slice(0, cut + 1 + TRASH_FOLDER.length)))?.kind === 'folder';
}

/** Pure: the same situation always has the same way out. The table is in the spec. */
export function decide(now: Situation): Decision {
  if (!now.reachable) return 'leave';
  if (now.sameName) {
    // A trash entry that is not the original was written to between the link and the rename: that must not be lost.
    if (now.source === 'new') return now.trash === 'other' ? 'back' : 'finish';
    return now.source === 'original' && now.staged === 'staged' ? 'forward' : 'back';
  }
  if (now.final === 'new') {
    if (now.source === 'none') return 'finish';
    if (now.source === 'original') return 'forward';
    if (now.source === 'absent') return now.trash === 'other' ? 'back' : 'finish';
    return now.trash === 'original' ? 'finish' : 'back';
  }
  if (now.final === 'other') return 'back';
  const startable = now.source === 'original' || now.source === 'none';
  return startable && now.staged === 'staged' ? 'forward' : 'back';
}
