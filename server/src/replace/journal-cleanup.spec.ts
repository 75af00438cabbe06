import { expect, it } from 'vitest';
import type { QueryDeepPartialEntity } from 'typeorm';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { JournalCleanup } from './journal-cleanup.service.js';
import { ReplaceJournalEntity, type JournalState } from './replace-journal.entity.js';
import { TrashEntryEntity, type TrashState } from './trash-entry.entity.js';

const OLD = 1000;
const NOW = 5000;

function row(
  id: number,
  state: JournalState,
  closedAt: number | null,
): QueryDeepPartialEntity<ReplaceJournalEntity> {
  const paths = { sourcePath: '/a', deliveredPath: '/b', stagedPath: '/c', finalPath: '/d', trashPath: '/e' };
  const source = { sourceSize: 1, sourceMtimeNs: '1', sourceHash: '', stagedSize: 1, stagedSha256: '' };
  return {
    id,
    kind: 'replace',
    state,
    libraryId: 1,
    ...paths,
    ...source,
    closing: {},
    openedAt: 1,
    closedAt,
  };
}

function entry(journalId: number, state: TrashState): QueryDeepPartialEntity<TrashEntryEntity> {
  const paths = { originalPath: '/a', replacementPath: '/b', trashPath: '/e' };
  return { libraryId: 1, journalId, state, ...paths, size: 1, createdAt: 1 };
}

it('forgets what was closed long ago, but for originals that can still be had back', async () => {
  const dataSource = createDataSource(':memory:');
  await dataSource.initialize();
  await dataSource.runMigrations();
  const { manager } = dataSource;
  await manager.insert(ReplaceJournalEntity, [
    row(1, 'done', OLD),
    row(2, 'done', OLD),
    row(3, 'done', OLD),
    row(4, 'undone', OLD),
    row(5, 'done', NOW),
    row(6, 'open', null),
    row(7, 'staging', null),
  ]);
  await manager.insert(TrashEntryEntity, [entry(1, 'held'), entry(2, 'emptied'), entry(3, 'restored')]);
  // More than one batch, and the first of them with nothing to remove.
  const many = Array.from({ length: 1200 }, (_, index) => 100 + index);
  for (const id of many) await manager.insert(ReplaceJournalEntity, row(id, 'done', OLD));
  await manager.insert(
    TrashEntryEntity,
    many.slice(0, 600).map((id) => entry(id, 'held')),
  );

  const cleanup = new JournalCleanup(dataSource, new DbWriter(dataSource));
  expect(await cleanup.removeClosedBefore(NOW)).toBe(3 + 600);
  const left = await manager.find(ReplaceJournalEntity, { select: { id: true }, order: { id: 'ASC' } });
  expect(left.map(({ id }) => id)).toEqual([1, 5, 6, 7, ...many.slice(0, 600)]);
  expect(await cleanup.removeClosedBefore(NOW)).toBe(0);

  const plan: { detail: string }[] = await dataSource.query(
    `EXPLAIN QUERY PLAN SELECT 1 FROM "trash_entry" WHERE "journalId" = 1 AND "state" = 'held'`,
  );
  expect(plan.map(({ detail }) => detail).join()).toContain('trash_entry_journal');
  await dataSource.destroy();
});
