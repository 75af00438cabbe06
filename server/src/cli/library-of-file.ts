import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Reason } from '#contracts';
import { correctionFrom, NO_CORRECTION, type Correction } from '../history/projection.store.js';
import { PROFILE_REPEATS } from '../jobs/repeating-profiles.js';

/** What a server's database says about where a file lies. */
export interface KnownLibrary {
  name: string;
  /** absolute */
  path: string;
  profile: string;
  /** the last valid texts of folders' own profiles, by directory */
  validTexts: ReadonlyMap<string, string>;
  correction: Correction;
  /** why nothing is encoded with a profile, by its hash */
  repeating: ReadonlyMap<string, Reason>;
  /** nobody has said that it is one: no folder has a say */
  withoutFolders?: true;
}

/** A library that no server knows. */
export function unknownLibrary(folder: string, profile: string): KnownLibrary {
  return {
    ...{ name: folder, path: folder, profile },
    ...{ validTexts: new Map(), correction: NO_CORRECTION, repeating: new Map() },
  };
}

interface LibraryRow {
  id: number;
  name: string;
  path: string;
  profile: string;
}

/**
 * Looks into a server's database, whether the server runs or not, and changes nothing in it.
 * @param file absolute, without symbolic links
 * @returns the innermost library that the file lies in; null when there is none, or no database
 */
export function findLibrary(databasePath: string, file: string): KnownLibrary | null {
  if (!existsSync(databasePath)) return null;
  const database = new Database(databasePath, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    const all = <T>(sql: string, ...values: unknown[]) => database.prepare<unknown[], T>(sql).all(...values);
    const [library] = all<LibraryRow>('SELECT "id", "name", "path", "profile" FROM "library"')
      .filter(({ path: root }) => isInside(file, root))
      .sort((a, b) => b.path.length - a.path.length);
    if (library === undefined) return null;
    const texts = all<{ directory: string; validText: string }>(
      'SELECT "directory", "validText" FROM "folder_profile" WHERE "libraryId" = ? AND "validText" IS NOT NULL',
      library.id,
    );
    const repeating = all<{ hash: string; message: string }>(
      'SELECT "hash", "message" FROM "repeating_profile"',
    );
    return {
      ...{ name: library.name, path: library.path, profile: library.profile },
      validTexts: new Map(texts.map(({ directory, validText }) => [directory, validText])),
      correction: correctionFrom(
        all('SELECT "key", "count", "sumLogRatio" FROM "projection" WHERE "libraryId" = ?', library.id),
      ),
      repeating: new Map(repeating.map(({ hash, message }) => [hash, { code: PROFILE_REPEATS, message }])),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the database ${databasePath} could not be read (${why}); --library DIR does without it`,
      {
        cause: error,
      },
    );
  } finally {
    database.close();
  }
}

export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}
