import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { createDataSource } from './data-source.js';
import { DbWriter } from './db-writer.js';
import { MIGRATIONS } from './migrations/index.js';
import { openDatabase } from './open-database.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-db-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function file(
  name: string,
  size: number,
  status: MediaFileEntity['status'] = 'new',
): Partial<MediaFileEntity> {
  return { libraryId: 1, directory: '', name, size, mtimeNs: '1', inode: '1:1', status, updatedAt: 0 };
}

describe('migrations', () => {
  it('end in exactly the schema that the entities describe', async () => {
    const { dataSource } = await openDatabase(path.join(folder, 'a.db'), folder);
    const difference = await dataSource.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map((query) => query.query)).toEqual([]);
    await dataSource.destroy();
  });

  it('can be undone and done again', async () => {
    const { dataSource } = await openDatabase(path.join(folder, 'a.db'), folder);
    for (let left = MIGRATIONS.length; left > 0; left -= 1) await dataSource.undoLastMigration();
    await dataSource.runMigrations();
    expect(await dataSource.showMigrations()).toBe(false);
    await dataSource.destroy();
  });

  it('give a library from before there were limits a trash that is not emptied by itself', async () => {
    const { dataSource } = await openDatabase(path.join(folder, 'a.db'), folder);
    const library = {
      name: 'old',
      path: '/old',
      profile: 'p',
      extensions: '[]',
      ignore: '[]',
      order: 'oldest',
    };
    const numbers = [
      'enabled',
      'minimumSize',
      'minimumAgeSeconds',
      'scanIntervalSeconds',
      'weight',
      'createdAt',
    ];
    const names = [...Object.keys(library), 'hardLinks', 'webhookUrl', ...numbers];
    const values = [...Object.values(library), 'skip', '', ...numbers.map(() => 0)];
    const hasReview = async () =>
      (await dataSource.query<{ name: string }[]>(`PRAGMA table_info("library")`)).some(
        ({ name }) => name === 'review',
      );
    while (await hasReview()) await dataSource.undoLastMigration();
    await dataSource.query(
      `INSERT INTO "library" (${names.map((name) => `"${name}"`).join()}) VALUES (${names.map(() => '?').join()})`,
      values,
    );
    await dataSource.runMigrations();
    const [row] = await dataSource.query<[object]>(
      'SELECT "trashKeepDays", "trashMaximumSize" FROM "library"',
    );
    expect(row).toEqual({ trashKeepDays: 0, trashMaximumSize: 0 });
    await dataSource.destroy();
  });

  it('make a backup first when the database exists, and none for a new one', async () => {
    const database = path.join(folder, 'a.db');
    const first = await openDatabase(database, path.join(folder, 'backups'));
    expect(first.backup).toBeNull();
    await first.dataSource.query('DELETE FROM migrations');
    await first.dataSource.destroy();
    // The tables are there already, so that the migration fails: the copy must have been made before.
    await expect(openDatabase(database, path.join(folder, 'backups'))).rejects.toThrow(/before-migration-/);
    expect(await readdir(path.join(folder, 'backups'))).toHaveLength(1);
  });

  it('commit durably', async () => {
    const { dataSource } = await openDatabase(path.join(folder, 'a.db'), folder);
    expect(await dataSource.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await dataSource.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    await dataSource.destroy();
  });
});

describe('DbWriter', () => {
  it('keeps transactions apart: one that fails takes nothing of another with it', async () => {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    const writer = new DbWriter(dataSource);
    const results = await Promise.allSettled([
      writer.write(async (manager) => {
        await manager.insert(MediaFileEntity, file('a', 1));
        await manager.query('SELECT 1');
        throw new Error('no');
      }),
      writer.write((manager) => manager.insert(MediaFileEntity, file('b', 2))),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
    const names = (await dataSource.getRepository(MediaFileEntity).find()).map((row) => row.name);
    expect(names).toEqual(['b']);
    await dataSource.destroy();
  });

  it('refuses to nest, which would wait for itself for ever', async () => {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    const writer = new DbWriter(dataSource);
    await expect(writer.write(() => writer.write(() => Promise.resolve(1)))).rejects.toThrow(
      /inside another/,
    );
    await dataSource.destroy();
  });
});

describe('DbWriter.afterCommit', () => {
  it('waits for the commit, and forgets what is rolled back', async () => {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    const writer = new DbWriter(dataSource);
    const told: string[] = [];
    await writer.write(async (manager) => {
      writer.afterCommit(() => told.push('committed'));
      await manager.insert(MediaFileEntity, file('a', 1));
      told.push('written');
    });
    const failing = writer.write((manager) => {
      writer.afterCommit(() => told.push('never'));
      return manager.query('no SQL');
    });
    await expect(failing).rejects.toThrow();
    writer.afterCommit(() => told.push('outside'));
    expect(told).toEqual(['written', 'committed', 'outside']);
    await dataSource.destroy();
  });

  it('lets what it calls write again', async () => {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    const writer = new DbWriter(dataSource);
    const second = Promise.withResolvers<number>();
    await writer.write((manager) => {
      writer.afterCommit(() => {
        second.resolve(writer.write(() => Promise.resolve(2)));
      });
      return manager.query('SELECT 1');
    });
    expect(await second.promise).toBe(2);
    await dataSource.destroy();
  });
});

describe('library_tally', () => {
  it('follows every insert, update and delete', async () => {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    const files = dataSource.getRepository(MediaFileEntity);
    await files.insert([file('a', 10), file('b', 20), file('c', 5, 'skipped')]);
    await files.update({ name: 'a' }, { status: 'skipped', size: 11 });
    await files.delete({ name: 'b' });
    const tally = await dataSource.getRepository(LibraryTallyEntity).find({ order: { status: 'ASC' } });
    expect(tally).toEqual([
      { libraryId: 1, status: 'new', files: 0, size: 0 },
      { libraryId: 1, status: 'skipped', files: 2, size: 16 },
    ]);
    await dataSource.destroy();
  });
});
