import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { DataSource } from 'typeorm';
import type { HealthCheck } from '../health-check.js';

/** Notices at most: one absent share may have left two rows, a broken disk some more. */
const MAXIMUM = 5;

/** No replacement or restore has been left half done. */
@Injectable()
export class OpenReplacementsCheck implements HealthCheck {
  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<HealthNotice[]> {
    // Only recovery writes a note on a row that is not closed.
    const rows = await this.dataSource.manager.query<{ sourcePath: string; kind: string; note: string }[]>(
      `SELECT "sourcePath", "kind", "note" FROM "replace_journal"
       WHERE "state" IN ('staging', 'open') AND "note" IS NOT NULL ORDER BY "id" LIMIT ${MAXIMUM}`,
    );
    return rows.map(({ sourcePath, kind, note }) => ({
      source: 'OpenReplacements',
      type: 'error',
      message:
        `the ${kind === 'restore' ? 'restore' : 'replacement'} of ${sourcePath} was interrupted and is ` +
        `${note}${/[.?!]$/.test(note) ? '' : '.'} ` +
        'Nothing of it has been deleted; it is tried again every minute.',
    }));
  }
}
