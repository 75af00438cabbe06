import path from 'node:path';
import { confine } from './confine.js';
import { faultPoint } from './fault-points.js';
import { errnoOf, isRefused, type FilePort } from './file-port.js';
import { isClaimed, isClaimedInTrash } from './identity.js';
import { Refusal } from './replace-failure.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';
import { hasSource, isSameName, isStagedFile, sourceIdentity } from './situation.js';
import { copyWithRoom } from './staging.js';
import { ensureTrashFolder } from './trash-folder.js';
import { areOneFile, isUnchanged, tryLink } from './try-link.js';

function sourceChanged(row: ReplaceJournalEntity): Refusal {
  return new Refusal({
    code: 'source_changed',
    message: `${row.sourcePath} was changed by something else while it was being replaced; it was left as it is`,
  });
}

/** The name that the output would take belongs to another file. */
export function targetExists(finalPath: string): Refusal {
  return new Refusal({
    code: 'target_exists',
    message: `${finalPath} exists already and is another file; the source was left as it is`,
  });
}

/**
 * Puts the staged file in its place and the source into the trash. Expects the source to be what was claimed and
 * the staged file to be whole and durable, as `decide` says by `forward`; both are checked again around each step
 * that cannot be taken back. At no instant is there neither the original nor the new file under a name of its own.
 * The last changes of names are not yet durable when it returns: `JournalService.finish` sees to that.
 * @param resumed an earlier process opened the row: an empty file under the new name was reserved by it
 * @throws Refusal or the file system's error, whatever has been done by then: the caller settles it by `inspect`
 */
export async function swapForward(
  port: FilePort,
  row: ReplaceJournalEntity,
  libraryPath: string,
  resumed: boolean,
): Promise<void> {
  const folder = path.dirname(row.finalPath);
  await confine(port, libraryPath, folder);
  if (hasSource(row)) {
    await ensureTrashFolder(port, libraryPath, row.trashPath);
    await requireSource(port, row);
    // Left by a try that was cut short: the source is whole, so that this is a second name or part of a copy.
    if ((await port.lstat(row.trashPath)) !== null) await port.unlink(row.trashPath);
    faultPoint('swap.trash_ready');
  }
  await confine(port, libraryPath, folder);
  if (isSameName(row)) await swapSameName(port, row);
  else await swapOtherName(port, row, resumed);
  faultPoint('swap.done');
}

async function swapSameName(port: FilePort, row: ReplaceJournalEntity): Promise<void> {
  const trashFolder = path.dirname(row.trashPath);
  const linked = await tryLink(port, row.sourcePath, row.trashPath);
  if (!linked) await copyToTrash(port, row);
  await port.syncFolder(trashFolder);
  faultPoint('swap.in_trash');
  await requireTrash(port, row);
  if (linked) await requireSameFile(port, row);
  await requireSource(port, row);
  await port.rename(row.stagedPath, row.finalPath);
  await requireTrash(port, row);
}

async function swapOtherName(port: FilePort, row: ReplaceJournalEntity, resumed: boolean): Promise<void> {
  await takeName(port, row, resumed);
  faultPoint('swap.named');
  if (!hasSource(row)) return;
  await port.syncFolder(path.dirname(row.finalPath));
  await requireSource(port, row);
  try {
    await port.rename(row.sourcePath, row.trashPath);
  } catch (error) {
    if (!isRefused(error)) throw error;
    await copyToTrash(port, row);
    await port.syncFolder(path.dirname(row.trashPath));
    faultPoint('swap.in_trash');
    await requireSource(port, row);
    await port.unlink(row.sourcePath);
  }
  await requireTrash(port, row);
}

/** Gives the staged file its new name without ever overwriting a file that has content. */
async function takeName(port: FilePort, row: ReplaceJournalEntity, resumed: boolean): Promise<void> {
  const there = await port.lstat(row.finalPath);
  if (there === null) {
    try {
      if (await tryLink(port, row.stagedPath, row.finalPath)) return;
      // No hard links here. An exclusively made empty file reserves the name, and rename fills it in one step.
      await port.createNew(row.finalPath, '', 0o600);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw targetExists(row.finalPath);
      throw error;
    }
  } else if (resumed && (await isStagedFile(port, row, row.finalPath, there))) {
    return;
  } else if (!resumed || there.kind !== 'file' || there.size > 0) {
    throw targetExists(row.finalPath);
  }
  await port.rename(row.stagedPath, row.finalPath);
}

/** Pools that make their inode numbers out of paths show two names of one file as two: there the content decides. */
async function requireSameFile(port: FilePort, row: ReplaceJournalEntity): Promise<void> {
  if (await areOneFile(port, row.sourcePath, row.trashPath)) return;
  if ((await port.sha256(row.sourcePath)) !== (await port.sha256(row.trashPath))) throw sourceChanged(row);
}

async function copyToTrash(port: FilePort, row: ReplaceJournalEntity): Promise<void> {
  const read = await copyWithRoom(port, row.sourcePath, row.trashPath, row.sourceSize);
  await port.copyMetadata(row.sourcePath, row.trashPath);
  await port.syncFile(row.trashPath);
  if ((await port.sha256(row.trashPath)) !== read) {
    throw new Error(`the copy of ${row.sourcePath} in the trash differs from what was read`);
  }
}

/** Looks once more after the hash has been read: what is done next must be one call away from the last look. */
async function requireSource(port: FilePort, row: ReplaceJournalEntity): Promise<void> {
  const facts = await port.lstat(row.sourcePath);
  if (!(await isClaimed(port, row.sourcePath, facts, sourceIdentity(row)))) throw sourceChanged(row);
  if (!isUnchanged(facts, await port.lstat(row.sourcePath))) throw sourceChanged(row);
}

async function requireTrash(port: FilePort, row: ReplaceJournalEntity): Promise<void> {
  const facts = await port.lstat(row.trashPath);
  if (!(await isClaimedInTrash(port, row.trashPath, facts, sourceIdentity(row)))) throw sourceChanged(row);
}
