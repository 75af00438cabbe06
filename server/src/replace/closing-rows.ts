import path from 'node:path';
import { canTransition, FINAL_JOB_STATES, type Reason } from '#contracts';
import { In, Not, type EntityManager } from 'typeorm';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import type { FileFacts } from './file-port.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

/** What lies on disk after a swap. */
export interface SwappedFacts {
  final: FileFacts;
  /** of the file at its final path */
  headTailHash: string;
  /** null: there was nothing to put into the trash, or somebody has taken it out already */
  trash: FileFacts | null;
}

/** Columns that describe a file on disk, as the next scan will see it: it must find nothing changed. */
export function locationOf(
  libraryPath: string,
  finalPath: string,
  facts: SwappedFacts,
): Partial<MediaFileEntity> {
  return {
    directory: path.relative(libraryPath, path.dirname(finalPath)).split(path.sep).join('/'),
    name: path.basename(finalPath),
    size: facts.final.size,
    mtimeNs: facts.final.mtimeNs,
    inode: facts.final.inode,
    links: facts.final.links,
    headTailHash: facts.headTailHash,
  };
}

/** Ends the open jobs of a file that has become another; one that is being replaced waits for the same lock as we. */
export async function cancelJobs(
  manager: EntityManager,
  fileId: number,
  except: number | null,
  reason: Reason,
): Promise<void> {
  const open = await manager.findBy(JobEntity, { fileId, state: Not(In([...FINAL_JOB_STATES])) });
  for (const job of open) {
    if (job.id === except || !canTransition(job.state, 'cancelled')) continue;
    await transition(manager, job.id, 'cancelled', {
      reasonCode: reason.code,
      reasonMessage: reason.message,
    });
  }
}

/** Gives a file's row its new place. A row that a scan made for that place, or left there as missing, makes room. */
export async function moveFileRow(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  changes: Partial<MediaFileEntity>,
): Promise<void> {
  if (row.fileId === null) return;
  const { directory = '', name = '' } = changes;
  const inTheWay = await manager.findOneBy(MediaFileEntity, {
    libraryId: row.libraryId,
    directory,
    name,
    id: Not(row.fileId),
  });
  if (inTheWay !== null) {
    const reason = { code: 'superseded', message: 'the file at this path is now the output of another job' };
    await cancelJobs(manager, inTheWay.id, row.jobId, reason);
    await manager.delete(MediaFileEntity, { id: inTheWay.id });
  }
  await manager.update(
    MediaFileEntity,
    { id: row.fileId },
    {
      ...changes,
      statusBefore: null,
      expectedSaving: null,
      updatedAt: Date.now(),
    },
  );
}

/** What every entry of history says of a row: which file, in which library, by which profile, and what it was. */
export function historyOf(row: ReplaceJournalEntity) {
  const { jobId, fileId, libraryId, sourcePath, finalPath, closing } = row;
  const { libraryName, source, output, profileName, profileHash } = closing;
  return {
    ...{ jobId, fileId, libraryId, libraryName, sourcePath, finalPath },
    ...{ source, output, profileName, profileHash },
  };
}

export async function addTrashEntry(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  trash: FileFacts,
): Promise<number> {
  const entry = manager.create(TrashEntryEntity, {
    libraryId: row.libraryId,
    fileId: row.fileId,
    journalId: row.id,
    state: 'held',
    originalPath: row.sourcePath,
    replacementPath: row.finalPath,
    trashPath: row.trashPath,
    size: trash.size,
    note: null,
    createdAt: Date.now(),
    endedAt: null,
  });
  return (await manager.save(TrashEntryEntity, entry)).id;
}

export async function endRow(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  state: 'done' | 'undone',
  note: string | null,
): Promise<void> {
  await manager.update(ReplaceJournalEntity, { id: row.id }, { state, closedAt: Date.now(), note });
}

/** @returns false when somebody has closed the row already, so that nothing is counted twice */
export async function isOpen(manager: EntityManager, row: ReplaceJournalEntity): Promise<boolean> {
  const state = (await manager.findOneBy(ReplaceJournalEntity, { id: row.id }))?.state;
  return state === 'open' || state === 'staging';
}
