import type BetterSqlite3 from 'better-sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from './entities.js';
import { MIGRATIONS } from './migrations/index.js';

/**
 * Options of the one connection. WAL lets the scanner's worker read while the server writes; FULL makes a
 * committed transaction survive power loss, which the replace journal depends on.
 */
function dataSourceOptions(databasePath: string): DataSourceOptions {
  return {
    type: 'better-sqlite3',
    database: databasePath,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    synchronize: false,
    enableWAL: true,
    prepareDatabase: (database: BetterSqlite3.Database) => {
      database.pragma('synchronous = FULL');
      database.pragma('busy_timeout = 5000');
      database.pragma('temp_store = MEMORY');
    },
  };
}

export function createDataSource(databasePath: string): DataSource {
  return new DataSource(dataSourceOptions(databasePath));
}
