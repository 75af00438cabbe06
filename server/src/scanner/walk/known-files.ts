import Database from 'better-sqlite3';
import type { FileStatus } from '#contracts';
import { HARD_LINKED } from '../../files/hard-links.js';
import type { KnownFile } from './walk.types.js';

/** What the database knows of one library, asked folder by folder. */
export interface KnownFiles {
  /** whether the library has files that are not missing */
  any(): boolean;
  inFolder(directory: string): KnownFile[];
  /** first folder with files that is `from` or sorts after it, and before `before`; in the order of UTF-8 bytes */
  nextFolder(from: string, before: string | null): string | null;
  /** stamps of the folders' own profiles, by directory */
  folderProfiles(): ReadonlyMap<string, string>;
  /** ids of files, in whatever library, of this size and mtime; the likeliest first, a few at most */
  lookalikes(size: number, mtimeNs: string, inode: string): number[];
}

/** For a walk that is compared with nothing. */
export const NOTHING_KNOWN: KnownFiles = {
  any: () => false,
  inFolder: () => [],
  nextFolder: () => null,
  lookalikes: () => [],
  folderProfiles: () => new Map(),
};

type Row = [
  ...[id: number, name: string, size: number, mtimeNs: string, status: FileStatus],
  ...[links: number, heldByLinks: 0 | 1],
];

/** Reads over a connection of its own, which lives beside the server's and never writes. */
export class KnownFilesReader implements KnownFiles {
  private readonly database: Database.Database;
  private readonly selectAny: Database.Statement<[number], 1>;
  private readonly selectFolder: Database.Statement<[number, string], Row>;
  private readonly selectNext: Database.Statement<[number, string], string>;
  private readonly selectNextBefore: Database.Statement<[number, string, string], string>;
  private readonly selectLookalikes: Database.Statement<[number, string, string], number>;

  constructor(
    databasePath: string,
    private readonly libraryId: number,
  ) {
    this.database = new Database(databasePath, { readonly: true, fileMustExist: true, timeout: 5000 });
    // Each page is read once; a large cache would only add to the server's memory.
    this.database.pragma('cache_size = -2000');
    this.selectAny = this.database
      .prepare<[number], 1>(
        `SELECT 1 FROM "media_file" WHERE "libraryId" = ? AND "status" <> 'missing' LIMIT 1`,
      )
      .pluck();
    this.selectFolder = this.database
      .prepare<[number, string], Row>(
        `SELECT "id", "name", "size", "mtimeNs", "status", "links", "reasonCode" IS '${HARD_LINKED}'
         FROM "media_file" WHERE "libraryId" = ? AND "directory" = ?`,
      )
      .raw();
    const next = `SELECT "directory" FROM "media_file" WHERE "libraryId" = ? AND "directory" >= ?`;
    this.selectNext = this.database
      .prepare<[number, string], string>(`${next} ORDER BY "directory" LIMIT 1`)
      .pluck();
    this.selectNextBefore = this.database
      .prepare<[number, string, string], string>(`${next} AND "directory" < ? ORDER BY "directory" LIMIT 1`)
      .pluck();
    this.selectLookalikes = this.database
      .prepare<[number, string, string], number>(
        `SELECT "id" FROM "media_file" WHERE "size" = ? AND "mtimeNs" = ?
         ORDER BY "inode" = ? DESC, "status" = 'missing' DESC, "id" LIMIT 8`,
      )
      .pluck();
  }

  any(): boolean {
    return this.selectAny.get(this.libraryId) !== undefined;
  }

  inFolder(directory: string): KnownFile[] {
    return this.selectFolder
      .all(this.libraryId, directory)
      .map(([id, name, size, mtimeNs, status, links, heldByLinks]) => ({
        ...{ id, name, size, mtimeNs, status, links, heldByLinks: heldByLinks === 1 },
      }));
  }

  nextFolder(from: string, before: string | null): string | null {
    const found =
      before === null
        ? this.selectNext.get(this.libraryId, from)
        : this.selectNextBefore.get(this.libraryId, from, before);
    return found ?? null;
  }

  lookalikes(size: number, mtimeNs: string, inode: string): number[] {
    return this.selectLookalikes.all(size, mtimeNs, inode);
  }

  folderProfiles(): ReadonlyMap<string, string> {
    const rows = this.database
      .prepare<[number], [string, string]>(
        `SELECT "directory", "stamp" FROM "folder_profile" WHERE "libraryId" = ?`,
      )
      .raw()
      .all(this.libraryId);
    return new Map(rows);
  }

  close(): void {
    this.database.close();
  }
}

/** The strings between which all folders below `directory` sort: `0` is the character after `/`. */
function range(directory: string): [from: string, before: string | null] {
  return directory === '' ? ['\u0001', null] : [`${directory}/`, `${directory}0`];
}

/** `directory`, and the folders below it at whatever depth that have files in the database. */
export function* knownFoldersFrom(known: KnownFiles, directory: string): Generator<string> {
  yield directory;
  const [from, before] = range(directory);
  let next = known.nextFolder(from, before);
  while (next !== null) {
    yield next;
    next = known.nextFolder(`${next}\u0001`, before);
  }
}

/** Paths of the direct children of `directory` that have files in or below them; one may come twice. */
export function* knownChildren(known: KnownFiles, directory: string): Generator<string> {
  const [from, before] = range(directory);
  const start = directory === '' ? 0 : directory.length + 1;
  let next = known.nextFolder(from, before);
  while (next !== null) {
    const slash = next.indexOf('/', start);
    const child = slash === -1 ? next : next.slice(0, slash);
    yield child;
    // Past everything below the child; from the child itself only past itself, for `a b` sorts before `a/b`.
    next = known.nextFolder(slash === -1 ? `${child}\u0001` : `${child}0`, before);
  }
}
