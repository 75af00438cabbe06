import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';

/** Rows removed in one transaction: others want to write as well. */
const BATCH = 500;

/** Forgets journal rows that were closed long ago. History keeps what became of the files. */
@Injectable()
export class JournalCleanup {
  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
  ) {}

  /**
   * Rows of originals that can still be had back stay: the restore reads them.
   * @param before ms since the epoch
   * @returns how many were removed
   */
  async removeClosedBefore(before: number): Promise<number> {
    let removed = 0;
    for (let last = 0; ;) {
      const rows: { id: number; held: number }[] = await this.dataSource.query(
        `SELECT "id", EXISTS (
           SELECT 1 FROM "trash_entry" WHERE "journalId" = "replace_journal"."id" AND "state" = 'held'
         ) AS "held"
         FROM "replace_journal"
         WHERE "id" > ? AND "state" IN ('done', 'undone') AND "closedAt" < ?
         ORDER BY "id" LIMIT ${BATCH}`,
        [last, before],
      );
      const newest = rows.at(-1);
      if (newest === undefined) return removed;
      last = newest.id;
      const ids = rows.filter(({ held }) => held === 0).map(({ id }) => id);
      if (ids.length > 0)
        await this.writer.write((manager) => manager.delete(ReplaceJournalEntity, { id: In(ids) }));
      removed += ids.length;
    }
  }
}
