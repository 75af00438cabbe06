import { canTransition } from '#contracts';
import type { EntityManager } from 'typeorm';
import type { WebhookService } from '../connect/webhook.service.js';
import { HistoryEntity } from '../history/history.entity.js';
import { countProjection } from '../history/projection.store.js';
import { countSavings } from '../history/savings.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import {
  addTrashEntry,
  endRow,
  historyOf,
  isOpen,
  locationOf,
  moveFileRow,
  type SwappedFacts,
} from './closing-rows.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';

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
    ...historyOf(row),
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
