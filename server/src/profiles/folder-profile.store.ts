import type { DataSource, EntityManager } from 'typeorm';
import type { DbWriter } from '../database/db-writer.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import type { FolderProfileChange } from './folder-file.js';
import { FolderProfileEntity } from './folder-profile.entity.js';
import { LibraryProfiles } from './library-profiles.js';
import type { NamedProfiles } from './loaded-profile.js';

/**
 * A library's profiles with what the database knows of its folders.
 * @throws Error when the library's own profile is not there
 */
export async function readLibraryProfiles(
  manager: EntityManager,
  library: LibraryEntity,
  named: NamedProfiles,
): Promise<LibraryProfiles> {
  const profiles = new LibraryProfiles(library, named);
  for (const row of await manager.findBy(FolderProfileEntity, { libraryId: library.id })) profiles.set(row);
  return profiles;
}

/** Folders worked out at a stretch. */
const TURN = 20;

/** Takes what a walk says about the folders' own profiles into a library's profiles and into the database. */
export class FolderProfileStore {
  private readonly rows = new Map<string, FolderProfileEntity>();

  private constructor(
    private readonly writer: DbWriter,
    private readonly library: LibraryEntity,
    readonly profiles: LibraryProfiles,
    /** told of each mistake once, when it appears */
    private readonly onError: (message: string) => void,
  ) {}

  /** @throws Error when the library's own profile is not there */
  static async open(
    context: { dataSource: DataSource; writer: DbWriter; profiles: NamedProfiles },
    library: LibraryEntity,
    onError: (message: string) => void,
  ): Promise<FolderProfileStore> {
    const profiles = new LibraryProfiles(library, context.profiles);
    const store = new FolderProfileStore(context.writer, library, profiles, onError);
    const known = await context.dataSource.manager.findBy(FolderProfileEntity, { libraryId: library.id });
    for (const row of known) {
      store.rows.set(row.directory, row);
      const { directory, text, validText, problem } = row;
      profiles.set({ directory, text, validText, problem });
    }
    return store;
  }

  /** To be awaited before anything is decided about files that were found after these. */
  async apply(changes: readonly FolderProfileChange[]): Promise<void> {
    if (changes.length === 0) return;
    const gone: string[] = [];
    const found: FolderProfileEntity[] = [];
    for (const change of changes) {
      const { directory } = change;
      if (change.kind === 'gone') {
        this.profiles.delete(directory);
        this.rows.delete(directory);
        gone.push(directory);
        continue;
      }
      const before = this.rows.get(directory);
      const { stamp, text, problem } = change;
      if (before?.stamp === stamp && before.text === text && before.problem === problem) continue;
      this.profiles.set({ directory, text, problem, validText: before?.validText ?? null });
      found.push(this.row(directory, stamp, before?.errors ?? []));
    }
    if (gone.length + found.length > 0) await this.write(found, gone);
  }

  /** Once the walk has ended: what a file further up, or a named profile, has changed about the others. */
  async settle(): Promise<void> {
    const changed: FolderProfileEntity[] = [];
    let taken = 0;
    for (const before of this.rows.values()) {
      // Each may take a millisecond to work out, and there may be many: others must get a turn.
      taken += 1;
      if (taken % TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      const now = this.row(before.directory, before.stamp, before.errors);
      const same = now.validText === before.validText && now.errors.join('\n') === before.errors.join('\n');
      if (!same) changed.push(now);
    }
    if (changed.length > 0) await this.write(changed, []);
  }

  private row(directory: string, stamp: string, errorsBefore: readonly string[]): FolderProfileEntity {
    const { validText, errors } = this.profiles.state(directory);
    const file = this.profiles.file(directory);
    for (const error of errors) if (!errorsBefore.includes(error)) this.onError(error);
    if (file !== undefined) file.validText = validText;
    return {
      ...{ libraryId: this.library.id, directory, stamp, validText, errors },
      text: file?.text ?? null,
      problem: file?.problem ?? null,
      checkedAt: Date.now(),
    };
  }

  private async write(found: readonly FolderProfileEntity[], gone: readonly string[]): Promise<void> {
    await this.writer.write(async (manager) => {
      for (const directory of gone)
        await manager.delete(FolderProfileEntity, { libraryId: this.library.id, directory });
      for (const row of found) await manager.upsert(FolderProfileEntity, row, ['libraryId', 'directory']);
    });
    for (const row of found) this.rows.set(row.directory, row);
  }
}
