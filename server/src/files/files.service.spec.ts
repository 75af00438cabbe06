import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileListQuery, mediaFile } from '#contracts';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../database/data-source.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { LIBRARY_DEFAULTS } from '#contracts';
import { FilesService } from './files.service.js';
import { MediaFileEntity } from './media-file.entity.js';

let folder: string;
let dataSource: DataSource;
let files: FilesService;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-files-'));
  dataSource = createDataSource(path.join(folder, 'a.db'));
  await dataSource.initialize();
  await dataSource.runMigrations();
  files = new FilesService(dataSource);
});
afterEach(async () => {
  await dataSource.destroy();
  await rm(folder, { recursive: true });
});

const row = (
  libraryId: number,
  directory: string,
  name: string,
  size: number,
  status: MediaFileEntity['status'],
) => ({
  ...{ libraryId, directory, name, size, status, mtimeNs: '1', inode: '', updatedAt: 1000, reasonCode: 'r' },
});
const query = (changes: object) => fileListQuery.parse(changes);

async function addSome(): Promise<void> {
  for (const id of [1, 2]) {
    await dataSource.manager.insert(LibraryEntity, {
      ...LIBRARY_DEFAULTS,
      ...{ id, name: String(id), path: `/${id}`, createdAt: 0 },
    });
  }
  await dataSource.manager.insert(MediaFileEntity, [
    row(2, '', 'z.mkv', 1, 'skipped'),
    row(1, 'b', 'a.mkv', 30, 'skipped'),
    row(1, '', 'c.mkv', 30, 'missing'),
    row(1, 'b', 'd.mkv', 10, 'queued'),
  ]);
}

describe('the list of files', () => {
  it.each<[object, string[]]>([
    [{}, ['c.mkv', 'b/a.mkv', 'b/d.mkv', 'z.mkv']],
    [{ sortDirection: 'descending' }, ['z.mkv', 'b/d.mkv', 'b/a.mkv', 'c.mkv']],
    [{ sortKey: 'size', sortDirection: 'descending' }, ['c.mkv', 'b/a.mkv', 'b/d.mkv', 'z.mkv']],
    [{ sortKey: 'id' }, ['z.mkv', 'b/a.mkv', 'c.mkv', 'b/d.mkv']],
    [{ libraryId: 1 }, ['c.mkv', 'b/a.mkv', 'b/d.mkv']],
    [{ status: 'skipped' }, ['b/a.mkv', 'z.mkv']],
    [{ status: 'skipped', libraryId: 2, sortKey: 'size' }, ['z.mkv']],
    [{ libraryId: 3 }, []],
  ])('with %j', async (changes, expected) => {
    await addSome();
    const page = await files.list(query(changes));
    expect(page.records.map(({ path: shown }) => shown)).toEqual(expected);
    expect(page.totalRecords).toBe(expected.length);
    for (const record of page.records) expect(mediaFile.parse(record)).toEqual(record);
  });

  it('comes in pages that meet, none twice and none left out', async () => {
    await dataSource.manager.insert(
      MediaFileEntity,
      Array.from({ length: 25 }, (_value, n) => row(1, '', `${n}.mkv`, n % 3, 'new')),
    );
    for (const sortKey of ['id', 'size', 'path']) {
      const seen: number[] = [];
      for (let page = 1; page <= 4; page += 1) {
        const { records, totalRecords } = await files.list(query({ page, pageSize: 10, sortKey }));
        expect(totalRecords).toBe(25);
        seen.push(...records.map(({ id }) => id));
      }
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
    }
  });

  it('says of a missing file that it is missing, not what was decided before', async () => {
    await addSome();
    const { records } = await files.list(query({ status: 'missing' }));
    expect(records[0]?.reason?.code).toBe('missing');
  });
});
