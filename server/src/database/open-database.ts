import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source.js';

/**
 * Opens the database and brings it to the current schema. Before a migration touches an existing file, a copy
 * is made with VACUUM INTO, which is consistent whatever else is going on.
 * @returns the open connection, and the backup's path if one was made
 * @throws when a migration fails: nothing of it is kept, and the backup's path is in the message
 */
export async function openDatabase(
  databasePath: string,
  backupFolder: string,
): Promise<{ dataSource: DataSource; backup: string | null }> {
  const existed = existsSync(databasePath);
  const dataSource = createDataSource(databasePath);
  await dataSource.initialize();
  let backup: string | null = null;
  try {
    if (await dataSource.showMigrations()) {
      if (existed) {
        await mkdir(backupFolder, { recursive: true });
        const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
        backup = path.join(backupFolder, `before-migration-${stamp}.db`);
        await dataSource.query('VACUUM INTO ?', [backup]);
      }
      await dataSource.runMigrations({ transaction: 'each' });
    }
    return { dataSource, backup };
  } catch (error) {
    await dataSource.destroy();
    const hint = backup === null ? '' : `; the database as it was before is at ${backup}`;
    throw new Error(`the database ${databasePath} could not be migrated${hint}`, { cause: error });
  }
}
