import { Injectable } from '@nestjs/common';
import type { HistoryEntry, HistoryListQuery, Page } from '#contracts';
import { DataSource, In } from 'typeorm';
import { TrashEntryEntity } from '../replace/trash-entry.entity.js';
import { HistoryEntity } from './history.entity.js';

/** What happened to files, for people to read. It is written where it happens: see replace/close-*. */
@Injectable()
export class HistoryService {
  constructor(private readonly dataSource: DataSource) {}

  async list(query: HistoryListQuery): Promise<Page<HistoryEntry>> {
    const direction = query.sortDirection === 'ascending' ? 'ASC' : 'DESC';
    const [rows, totalRecords] = await this.dataSource.manager.findAndCount(HistoryEntity, {
      where: query.libraryId === undefined ? {} : { libraryId: query.libraryId },
      order:
        query.sortKey === 'saving' ? { saving: direction, id: direction } : { at: direction, id: direction },
      skip: (query.page - 1) * query.pageSize,
      take: query.pageSize,
    });
    const held = await this.held(rows);
    return {
      page: query.page,
      pageSize: query.pageSize,
      totalRecords,
      records: rows.map(({ trashEntryId, at, ...row }) => ({
        ...row,
        inTrash: trashEntryId !== null && held.has(trashEntryId),
        at: new Date(at).toISOString(),
      })),
    };
  }

  private async held(rows: HistoryEntity[]): Promise<Set<number>> {
    const ids = rows.map((row) => row.trashEntryId).filter((id) => id !== null);
    if (ids.length === 0) return new Set();
    const entries = await this.dataSource.manager.find(TrashEntryEntity, {
      where: { id: In(ids), state: 'held' },
      select: { id: true },
    });
    return new Set(entries.map((entry) => entry.id));
  }
}
