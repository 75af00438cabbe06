import { RESTORED_REASON, type Reason } from '#contracts';
import type { EntityManager } from 'typeorm';
import { HistoryEntity } from '../history/history.entity.js';
import { countSavings } from '../history/savings.js';
import type { FileContent } from './closing-record.js';
import {
  addTrashEntry,
  cancelJobs,
  endRow,
  historyOf,
  isOpen,
  locationOf,
  moveFileRow,
  type SwappedFacts,
} from './closing-rows.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

/**
 * Everything that a finished restore changes in the database, in the caller's transaction. An original keeps `skipped`
 * with the reason `restored` until somebody asks for an encode, and the day on which its saving was counted loses it; an
 * encode that is put back is counted anew, as of today.
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
    ...historyOf(row),
    jobId: null,
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
