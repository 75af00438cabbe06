import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { DataSource } from 'typeorm';
import type { HealthCheck } from '../health-check.js';

/** Nothing has to be kept in a trash beyond its time. Counts what the last emptying wrote down; looks at no file. */
@Injectable()
export class TrashKeptCheck implements HealthCheck {
  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<HealthNotice[]> {
    const rows = await this.dataSource.manager.query<{ library: string; count: number; note: string }[]>(
      `SELECT l."name" AS "library", COUNT(*) AS "count", MIN(t."note") AS "note" FROM "trash_entry" t INDEXED BY "trash_entry_kept"
       JOIN "library" l ON l."id" = t."libraryId" WHERE t."state" = 'held' AND t."note" IS NOT NULL
       GROUP BY l."id" ORDER BY l."name"`,
    );
    return rows.map(({ library, count, note }) => {
      const files = count === 1 ? 'one file' : `${count} files`;
      const message =
        `the trash of library ${library} still holds ${files} that should have been deleted. ` +
        `${count === 1 ? 'Why' : 'One of them'}: ${note.replace(/\.$/, '')}.`;
      return { source: 'TrashKept', type: 'warning', message };
    });
  }
}
