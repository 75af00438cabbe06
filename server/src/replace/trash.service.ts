import { Injectable } from '@nestjs/common';
import type { Page, TrashEntry, TrashListQuery } from '#contracts';
import { DataSource, In } from 'typeorm';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { RestoreService } from './restore.service.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

/** What the trash holds. Emptying it by age will start from `list`'s index on library and state. */
@Injectable()
export class TrashService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly restores: RestoreService,
  ) {}

  async list(query: TrashListQuery): Promise<Page<TrashEntry>> {
    const direction = query.sortDirection === 'ascending' ? 'ASC' : 'DESC';
    const [rows, totalRecords] = await this.dataSource.manager.findAndCount(TrashEntryEntity, {
      where: { state: query.state, ...(query.libraryId === undefined ? {} : { libraryId: query.libraryId }) },
      order:
        query.sortKey === 'size'
          ? { size: direction, id: direction }
          : { createdAt: direction, id: direction },
      skip: (query.page - 1) * query.pageSize,
      take: query.pageSize,
    });
    return { page: query.page, pageSize: query.pageSize, totalRecords, records: await this.toEntries(rows) };
  }

  /** @throws see RestoreService.restore */
  async restore(id: number): Promise<TrashEntry> {
    await this.restores.restore(id);
    const rows = await this.dataSource.manager.findBy(TrashEntryEntity, { id });
    const [entry] = await this.toEntries(rows);
    if (entry === undefined) throw new Error(`trash entry ${id} vanished while it was restored`);
    return entry;
  }

  private async toEntries(rows: TrashEntryEntity[]): Promise<TrashEntry[]> {
    const origins = await this.dataSource.manager.find(ReplaceJournalEntity, {
      where: { id: In(rows.map((row) => row.journalId)), kind: 'replace', state: 'done' },
      select: { id: true },
    });
    const replacements = new Set(origins.map((origin) => origin.id));
    return rows.map((row) => ({
      id: row.id,
      libraryId: row.libraryId,
      fileId: row.fileId,
      state: row.state,
      originalPath: row.originalPath,
      replacementPath: row.replacementPath,
      trashPath: row.trashPath,
      size: row.size,
      restorable: row.state === 'held' && replacements.has(row.journalId),
      at: new Date(row.createdAt).toISOString(),
      keptUntil: null,
      note: row.note,
    }));
  }
}
