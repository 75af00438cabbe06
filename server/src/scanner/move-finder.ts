import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import { In, type DataSource } from 'typeorm';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import type { ScanTools } from './scan-ports.js';
import { isAbsent } from './walk/file-system.port.js';
import type { FoundFile } from './walk/walk.types.js';

/** True when nothing, or no regular file, is at the path. An error that says neither counts as there. */
export async function isGone(file: string): Promise<boolean> {
  try {
    return !(await lstat(file)).isFile();
  } catch (error) {
    return isAbsent(error);
  }
}

/** A folder that is not there or empty may be an unmounted share: what it held has not moved. */
async function holdsAnything(folder: string): Promise<boolean> {
  try {
    const entries = await opendir(folder);
    const first = await entries.read();
    await entries.close();
    return first !== null;
  } catch {
    return false;
  }
}

/** Recognises files that were renamed or moved, also from one library to another. */
export class MoveFinder {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hash: ScanTools['hash'],
  ) {}

  /**
   * @param found new files, each with the rows of equal size and mtime
   * @param root of the library that they were found in
   * @returns by found file the row that it used to be. A row is given away once.
   */
  async find(
    found: readonly { file: FoundFile; candidates: readonly number[] }[],
    root: string,
  ): Promise<Map<FoundFile, MediaFileEntity>> {
    const moves = new Map<FoundFile, MediaFileEntity>();
    const ids = [...new Set(found.flatMap(({ candidates }) => candidates))];
    if (ids.length === 0) return moves;
    const rows = new Map<number, MediaFileEntity>();
    for (const row of await this.dataSource.manager.findBy(MediaFileEntity, { id: In(ids) }))
      rows.set(row.id, row);
    const libraries = await this.dataSource.manager.find(LibraryEntity, { select: { id: true, path: true } });
    const roots = new Map<number, string>();
    for (const library of libraries)
      if (await holdsAnything(library.path)) roots.set(library.id, library.path);

    for (const { file, candidates } of found) {
      for (const id of candidates) {
        const row = rows.get(id);
        if (row === undefined || !(await this.isSame(file, row, root, roots))) continue;
        moves.set(file, row);
        rows.delete(id);
        break;
      }
    }
    return moves;
  }

  private async isSame(
    file: FoundFile,
    row: MediaFileEntity,
    root: string,
    roots: ReadonlyMap<number, string>,
  ): Promise<boolean> {
    if (row.size !== file.size || row.mtimeNs !== file.mtimeNs) return false;
    const oldRoot = roots.get(row.libraryId);
    if (oldRoot === undefined || !(await isGone(path.join(oldRoot, row.directory, row.name)))) return false;
    // Without a hash of the old file, only the inode can speak for it.
    if (row.headTailHash === null) return row.inode === file.inode;
    const hash = await this.hash(path.join(root, file.directory, file.name)).catch(() => null);
    return hash === row.headTailHash;
  }
}
