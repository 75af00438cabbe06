import type { EntityManager } from 'typeorm';
import { HistoryEntity } from '../history/history.entity.js';
import { addTrashEntry, endRow, historyOf, isOpen } from './closing-rows.js';
import type { FileFacts } from './file-port.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';

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
    ...historyOf(row),
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
