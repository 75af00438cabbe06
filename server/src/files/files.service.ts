import { Injectable, NotFoundException } from '@nestjs/common';
import { FILE_STATUSES, type FileListQuery, type MediaFile, type Page } from '#contracts';
import { DataSource, In } from 'typeorm';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { MediaFileEntity } from './media-file.entity.js';
import { toMediaFile } from './media-file.mapper.js';

/** Columns that each sort key stands for; an index holds them in this order. All end in something unique. */
const ORDER = {
  id: ['"id"'],
  size: ['"size"', '"id"'],
  path: ['"libraryId"', '"directory"', '"name"'],
} as const satisfies Record<FileListQuery['sortKey'], readonly string[]>;

/** Up to here it is quicker to sort the files of a status than to go through all files in order. */
const FEW = 5000;

@Injectable()
export class FilesService {
  constructor(private readonly dataSource: DataSource) {}

  /** The total comes from the tallies, and only the page itself is read, so that a million files are no matter. */
  async list(query: FileListQuery): Promise<Page<MediaFile>> {
    const { page, pageSize } = query;
    const totalRecords = await this.count(query);
    const ids = totalRecords === 0 ? [] : await this.idsOfPage(query, totalRecords);
    const rows = await this.dataSource.manager.findBy(MediaFileEntity, { id: In(ids) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const records = ids.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined ? [] : [toMediaFile(row)];
    });
    return { page, pageSize, totalRecords, records };
  }

  /** @throws NotFoundException */
  async get(id: number): Promise<MediaFile> {
    const row = await this.dataSource.manager.findOneBy(MediaFileEntity, { id });
    if (row === null) throw new NotFoundException(`there is no file ${id}`);
    return toMediaFile(row);
  }

  private async idsOfPage(query: FileListQuery, total: number): Promise<number[]> {
    const direction = query.sortDirection === 'ascending' ? 'ASC' : 'DESC';
    const order = ORDER[query.sortKey].map((column) => `${column} ${direction}`).join(', ');
    const where: string[] = [];
    const parameters: (string | number)[] = [];
    // A leading + keeps SQLite from searching by a column: it then goes through the files in the page's order.
    const search = total <= FEW ? '' : '+';
    if (query.libraryId !== undefined) {
      where.push(`${query.sortKey === 'id' ? search : ''}"libraryId" = ?`);
      parameters.push(query.libraryId);
    } else if (query.status !== undefined && total <= FEW) {
      where.push(`"libraryId" IN (SELECT "id" FROM "library")`);
    }
    if (query.status !== undefined) {
      where.push(`${search}"status" = ?`);
      parameters.push(query.status);
    }
    const rows = await this.dataSource.manager.query<{ id: number }[]>(
      `SELECT "id" FROM "media_file" ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
       ORDER BY ${order} LIMIT ? OFFSET ?`,
      [...parameters, query.pageSize, (query.page - 1) * query.pageSize],
    );
    return rows.map(({ id }) => id);
  }

  private async count(query: Pick<FileListQuery, 'libraryId' | 'status'>): Promise<number> {
    const tallies = await this.dataSource.manager.findBy(LibraryTallyEntity, {
      status: In(query.status === undefined ? [...FILE_STATUSES] : [query.status]),
      ...(query.libraryId === undefined ? {} : { libraryId: query.libraryId }),
    });
    return tallies.reduce((sum, { files }) => sum + files, 0);
  }
}
