import path from 'node:path';
import { canTransition, FINAL_JOB_STATES, RESTORED_REASON, type Reason } from '#contracts';
import { In, Not, type EntityManager } from 'typeorm';
import type { WebhookService } from '../connect/webhook.service.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryEntity } from '../history/history.entity.js';
import { countProjection } from '../history/projection.store.js';
import { countSavings } from '../history/savings.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import type { FileContent } from './closing-record.js';
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
function locationOf(libraryPath: string, finalPath: string, facts: SwappedFacts): Partial<MediaFileEntity> {
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
async function cancelJobs(
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
async function moveFileRow(
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

async function addTrashEntry(
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

async function endRow(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  state: 'done' | 'undone',
  note: string | null,
): Promise<void> {
  await manager.update(ReplaceJournalEntity, { id: row.id }, { state, closedAt: Date.now(), note });
}

/** @returns false when somebody has closed the row already, so that nothing is counted twice */
async function isOpen(manager: EntityManager, row: ReplaceJournalEntity): Promise<boolean> {
  const state = (await manager.findOneBy(ReplaceJournalEntity, { id: row.id }))?.state;
  return state === 'open' || state === 'staging';
}

/**
 * Everything that a finished replacement changes in the database, in the caller's transaction: trash entry,
 * history, savings, file, job, webhook, and the journal row itself.
 */
export async function closeReplacement(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  libraryPath: string,
  facts: SwappedFacts,
  webhooks: WebhookService,
  recovered: boolean,
): Promise<void> {
  if (!(await isOpen(manager, row))) return;
  const { closing } = row;
  const now = Date.now();
  const saving = row.sourceSize - facts.final.size;
  const note =
    [recovered ? 'finished by recovery' : '', ...closing.warnings].filter(Boolean).join('; ') || null;
  const trashEntryId = facts.trash === null ? null : await addTrashEntry(manager, row, facts.trash);
  await manager.insert(HistoryEntity, {
    event: 'replaced',
    jobId: row.jobId,
    fileId: row.fileId,
    libraryId: row.libraryId,
    libraryName: closing.libraryName,
    sourcePath: row.sourcePath,
    finalPath: row.finalPath,
    source: closing.source,
    output: closing.output,
    profileName: closing.profileName,
    profileHash: closing.profileHash,
    command: closing.command,
    encoderVersion: closing.encoderVersion,
    nodeName: closing.nodeName,
    elapsedSeconds: closing.claimedAt === null ? null : Math.max(0, row.openedAt - closing.claimedAt) / 1000,
    saving,
    trashEntryId,
    note,
    at: now,
  });
  await countSavings(manager, {
    libraryId: row.libraryId,
    at: now,
    files: 1,
    sourceSize: row.sourceSize,
    saved: saving,
  });
  if (closing.projection) {
    const { key, ...expected } = closing.projection;
    await countProjection(manager, row.libraryId, key, { ...expected, actualSize: facts.final.size });
  }
  await moveFileRow(manager, row, {
    ...locationOf(libraryPath, row.finalPath, facts),
    ...closing.file,
    status: 'replaced',
    reasonCode: null,
    reasonMessage: null,
    profileHash: closing.profileHash,
  });
  const job = row.jobId === null ? null : await manager.findOneBy(JobEntity, { id: row.jobId });
  // The file is replaced whatever has become of the job; a job that cannot say so must not undo the record of it.
  if (job !== null && canTransition(job.state, 'completed')) {
    await transition(manager, job.id, 'completed', { reasonCode: null, reasonMessage: null });
  }
  const library = await manager.findOneBy(LibraryEntity, { id: row.libraryId });
  if (library !== null && row.jobId !== null) {
    await webhooks.enqueue(manager, library, {
      event: 'file.replaced',
      library: library.name,
      sourcePath: row.sourcePath,
      finalPath: row.finalPath,
      sourceSize: row.sourceSize,
      finalSize: facts.final.size,
      saved: saving,
      jobId: row.jobId,
      at: new Date(now).toISOString(),
    });
  }
  await endRow(manager, row, 'done', note);
}

/**
 * The same for a restore. An original keeps `skipped` with the reason `restored` until somebody asks for an encode,
 * and the day on which its saving was counted loses it; an encode that is put back is counted anew, as of today.
 */
export async function closeRestore(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  libraryPath: string,
  facts: SwappedFacts,
  recovered: boolean,
): Promise<void> {
  if (!(await isOpen(manager, row))) return;
  const { closing } = row;
  const now = Date.now();
  const isEncode = closing.putsBack === 'encode';
  const said = [
    isEncode ? 'the encode was put back from the trash' : '',
    recovered ? 'finished by recovery' : '',
    ...closing.warnings,
  ];
  const note = said.filter(Boolean).join('; ') || null;
  const entryId = closing.restoredEntryId ?? 0;
  const before = await manager.findOneBy(HistoryEntity, { trashEntryId: entryId });
  await manager.update(TrashEntryEntity, { id: entryId }, { state: 'restored', note: null, endedAt: now });
  const trashEntryId = facts.trash === null ? null : await addTrashEntry(manager, row, facts.trash);
  await manager.insert(HistoryEntity, {
    event: isEncode ? 'replaced' : 'restored',
    jobId: null,
    fileId: row.fileId,
    libraryId: row.libraryId,
    libraryName: closing.libraryName,
    sourcePath: row.sourcePath,
    finalPath: row.finalPath,
    source: closing.source,
    output: closing.output,
    profileName: closing.profileName,
    profileHash: closing.profileHash,
    command: null,
    encoderVersion: null,
    nodeName: null,
    elapsedSeconds: null,
    saving: before === null ? 0 : -before.saving,
    trashEntryId,
    note,
    at: now,
  });
  if (before !== null) {
    // Without an original to put aside, only the record still knows how large it was.
    const original = isEncode ? row.sourceSize || closing.source.size : row.stagedSize;
    await countSavings(manager, {
      libraryId: row.libraryId,
      at: isEncode ? now : before.at,
      files: isEncode ? 1 : -1,
      sourceSize: isEncode ? original : -original,
      saved: -before.saving,
    });
  }
  const reason = isEncode ? PUT_BACK : RESTORED;
  if (row.fileId !== null) await cancelJobs(manager, row.fileId, null, reason);
  await moveFileRow(manager, row, {
    ...locationOf(libraryPath, row.finalPath, facts),
    ...((isEncode ? closing.file : closing.previous) ?? NO_CONTENT),
    status: isEncode ? 'replaced' : 'skipped',
    reasonCode: isEncode ? null : reason.code,
    reasonMessage: isEncode ? null : reason.message,
    profileHash: isEncode ? closing.profileHash : null,
  });
  await endRow(manager, row, 'done', note);
}

const RESTORED: Reason = {
  code: RESTORED_REASON,
  message: 'the original was put back by hand; queue it again to have it encoded',
};
const PUT_BACK: Reason = {
  code: 'encode_put_back',
  message: 'its encode was put back from the trash by hand',
};

const NO_CONTENT: FileContent = {
  container: null,
  videoCodec: null,
  width: null,
  height: null,
  durationSeconds: null,
  mediaInfo: null,
};

/** How a row's swap was undone. */
export interface Undoing {
  /** why, as a person reads it */
  note: string;
  /** what the trash still holds because its path is taken */
  keptInTrash: FileFacts | null;
  /** history tells of it: a crash had been in between, or a file of the library had already been changed */
  notable: boolean;
}

/** Records that a row's swap was undone. What the trash still holds gets an entry. */
export async function closeUndone(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  { note, keptInTrash, notable }: Undoing,
): Promise<void> {
  if (!(await isOpen(manager, row))) return;
  const trashEntryId = keptInTrash === null ? null : await addTrashEntry(manager, row, keptInTrash);
  if (notable || trashEntryId !== null) {
    const kept =
      trashEntryId === null ? '' : `; ${row.trashPath} is kept in the trash, since its place was taken`;
    await addUndoneHistory(manager, row, trashEntryId, `${describeUndone(row)}: ${note}${kept}`);
  }
  await endRow(manager, row, 'undone', note);
}

function describeUndone({ kind, sourcePath, finalPath }: ReplaceJournalEntity): string {
  if (kind === 'restore') return `putting ${finalPath} back was undone`;
  const by = sourcePath === finalPath ? 'its encode' : finalPath;
  return `the replacement of ${sourcePath} by ${by} was undone`;
}

async function addUndoneHistory(
  manager: EntityManager,
  row: ReplaceJournalEntity,
  trashEntryId: number | null,
  note: string,
): Promise<void> {
  const { closing } = row;
  await manager.insert(HistoryEntity, {
    event: 'recovered',
    jobId: row.jobId,
    fileId: row.fileId,
    libraryId: row.libraryId,
    libraryName: closing.libraryName,
    sourcePath: row.sourcePath,
    finalPath: row.finalPath,
    source: closing.source,
    output: closing.output,
    profileName: closing.profileName,
    profileHash: closing.profileHash,
    command: closing.command,
    encoderVersion: closing.encoderVersion,
    nodeName: closing.nodeName,
    elapsedSeconds: null,
    saving: 0,
    trashEntryId,
    note,
    at: Date.now(),
  });
}
