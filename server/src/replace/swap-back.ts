import path from 'node:path';
import { errnoOf, isRefused, type FilePort } from './file-port.js';
import { isClaimed } from './identity.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';
import { hasSource, inspect, sourceIdentity, type Inspected } from './situation.js';
import { copyWithRoom } from './staging.js';
import { isUnchanged, tryLink } from './try-link.js';

/** What undoing a swap came to. */
export interface SwappedBack {
  /** the trash keeps something that has no other name, and so must have an entry */
  keptInTrash: boolean;
  /** a file of the library had another name, or another content, until now */
  changed: boolean;
}

/**
 * Undoes a swap, however far it got: the source's path is filled first, then the output's name is given up. Can be
 * cut short and called again. The staged file is left to `unstage`.
 * @param reserved an empty file under the new name is ours
 * @throws the file system's error; nothing has been lost then either
 */
export async function swapBack(
  port: FilePort,
  row: ReplaceJournalEntity,
  reserved: boolean,
): Promise<SwappedBack> {
  let changed = false;
  const unfinishedCopy = backPath(row);
  if ((await port.lstat(unfinishedCopy)) !== null) await port.unlink(unfinishedCopy);
  let now = await look(port, row);
  if (now.trash !== 'absent') {
    if (now.sameName && now.source === 'new') changed = await moveOverOutput(port, row, now);
    else if (now.source === 'absent') changed = await moveIfFree(port, row);
    await port.syncFolder(path.dirname(row.sourcePath));
    now = await look(port, row);
  }
  const removable = now.trash !== 'absent' && (await isSpare(port, row));
  if (removable) {
    await port.unlink(row.trashPath);
    await port.syncFolder(path.dirname(row.trashPath));
  }
  if (now.final === 'new' && now.source !== 'absent') {
    // The output is only staged again, for `unstage` to take it where it belongs.
    if (now.staged === 'staged') await port.unlink(row.finalPath);
    else await port.rename(row.finalPath, row.stagedPath);
    changed = true;
  }
  if (now.final === 'empty' && reserved) await port.unlink(row.finalPath);
  await port.syncFolder(path.dirname(row.finalPath));
  return { keptInTrash: now.trash !== 'absent' && !removable, changed };
}

/** @throws Error when nothing can be told of what lies there: hashing takes minutes, in which a share may go away */
async function look(port: FilePort, row: ReplaceJournalEntity): Promise<Inspected> {
  const now = await inspect(port, row);
  if (now.reachable) return now;
  throw new Error(`nothing of ${row.sourcePath} is to be seen any more; is the share mounted?`);
}

function backPath(row: ReplaceJournalEntity): string {
  return `${row.stagedPath}.back`;
}

/**
 * Whether what lies in the trash is a second name of the source, or a copy of a source that is whole. Asked right
 * before it is removed: hashing the output may have taken minutes, in which somebody may have deleted the source.
 */
async function isSpare(port: FilePort, row: ReplaceJournalEntity): Promise<boolean> {
  if (!hasSource(row)) return false;
  const trash = await port.lstat(row.trashPath);
  const source = await port.lstat(row.sourcePath);
  if (trash === null || source === null) return false;
  return trash.inode === source.inode || isClaimed(port, row.sourcePath, source, sourceIdentity(row));
}

/**
 * The original goes back over the output, which is seen to be the output until the last moment.
 * @returns false when somebody has put another file there: theirs stays, and the original stays in the trash
 */
async function moveOverOutput(
  port: FilePort,
  row: ReplaceJournalEntity,
  { sourceFacts }: Inspected,
): Promise<boolean> {
  if (!isUnchanged(sourceFacts, await port.lstat(row.sourcePath))) return false;
  await port.rename(row.trashPath, row.sourcePath);
  return true;
}

/**
 * Moves what is in the trash back to the source's name, unless somebody has put a file there meanwhile.
 * @returns whether the source's name is filled by it
 */
async function moveIfFree(port: FilePort, row: ReplaceJournalEntity): Promise<boolean> {
  const { trashPath: from, sourcePath: to } = row;
  try {
    if (await tryLink(port, from, to)) {
      await port.syncFolder(path.dirname(to));
      await port.unlink(from);
      return true;
    }
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
  if ((await port.lstat(to)) !== null) return false;
  try {
    await port.rename(from, to);
    return true;
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  // The trash keeps what is copied; it is taken away once the source is seen to be whole.
  return copyIfFree(port, row);
}

async function copyIfFree(port: FilePort, row: ReplaceJournalEntity): Promise<boolean> {
  const { trashPath: from, sourcePath: to } = row;
  const copy = backPath(row);
  const read = await copyWithRoom(port, from, copy, (await port.lstat(from))?.size ?? 0);
  await port.copyMetadata(from, copy);
  await port.syncFile(copy);
  if ((await port.sha256(copy)) !== read) throw new Error(`the copy of ${from} differs from what was read`);
  if ((await port.lstat(to)) === null) {
    await port.rename(copy, to);
    return true;
  }
  await port.unlink(copy);
  return false;
}
