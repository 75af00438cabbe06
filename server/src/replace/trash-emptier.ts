import path from 'node:path';
import { Inject, Injectable, Logger, NotFoundException } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { confine } from './confine.js';
import { faultPoint } from './fault-points.js';
import { errnoOf, type FileFacts, type FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { holdsAnything } from './mounted.js';
import { TRASH_FOLDER } from './names.js';
import { entryKey, PathLock } from './path-lock.js';
import { messageOf, Refusal } from './replace-failure.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';
import { removeEmptyParents } from './trash-folder.js';

/** Who wants an entry gone: `hand`: a person; `limit`: a library's limits, which spare what has no other copy. */
export type EmptiedBy = 'hand' | 'limit';

/**
 * - `emptied`: it is deleted, or had been already
 * - `kept`: it was left, and why
 * - `failed`: the file system refused, and how
 * - `unreachable`: the library's trash is not there, so that nothing can be said of any of its entries
 */
export type EmptyOutcome =
  { kind: 'emptied'; bytes: number } | { kind: 'kept' | 'failed' | 'unreachable'; message: string };

const GONE = 'was no longer there when the trash was emptied';

/** Deletes originals for good. The only part of Boilarr that does, and only ever one file at its entry's own path. */
@Injectable()
export class TrashEmptier {
  private readonly logger = new Logger('Trash');

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly lock: PathLock,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /**
   * Deletes an entry's file, makes that durable, and says so in the database, in this order: cut short between, the
   * next try finds the file gone and only says so. Never at the same time as a restore of it.
   * @throws NotFoundException; what the database throws
   */
  async empty(id: number, by: EmptiedBy): Promise<EmptyOutcome> {
    const entry = await this.entry(id);
    return this.lock.run(entryKey(entry), async () => this.run(await this.entry(id), by));
  }

  private async entry(id: number): Promise<TrashEntryEntity> {
    const entry = await this.dataSource.manager.findOneBy(TrashEntryEntity, { id });
    if (entry === null) throw new NotFoundException(`there is no trash entry ${id}`);
    return entry;
  }

  private async run(entry: TrashEntryEntity, by: EmptiedBy): Promise<EmptyOutcome> {
    const { trashPath } = entry;
    if (entry.state !== 'held') {
      return { kind: 'kept', message: `${trashPath} is no longer in the trash: ${entry.state}` };
    }
    if (await this.isUnsettled(entry)) {
      const message = `a change of ${entry.originalPath} is still to be settled by recovery; ${trashPath} was kept`;
      return { kind: 'kept', message };
    }
    const { manager } = this.dataSource;
    const library = await manager.findOneBy(LibraryEntity, { id: entry.libraryId });
    const root = library?.path ?? rootOf(trashPath);
    const trash = path.join(root, TRASH_FOLDER);
    if (!isBelow(trash, trashPath)) return this.keep(entry, `${trashPath} is not in the trash of ${root}`);
    try {
      if ((await this.port.lstat(trash))?.kind !== 'folder') return unreachable(trash);
      const facts = await this.find(root, trashPath);
      // A trash may have been made below the mount point, while nothing was mounted there.
      if (facts === null && !(await holdsAnything(this.port, root))) return unreachable(trashPath);
      if (facts !== null && (facts.kind !== 'file' || facts.size !== entry.size)) {
        return await this.keep(
          entry,
          `${trashPath} is not the file that was put there; it was left as it is`,
        );
      }
      const only = by === 'limit' && facts !== null ? await this.onlyCopy(entry, library) : null;
      if (only !== null) return await this.keep(entry, only);
      return await this.remove(entry, trash, facts);
    } catch (error) {
      if (error instanceof Refusal) return this.keep(entry, `${error.message}; it was left as it is`);
      const kept = await this.keep(entry, `${trashPath} could not be deleted: ${messageOf(error)}`);
      return { ...kept, kind: 'failed' };
    }
  }

  /** Recovery may need what lies in the trash to undo or finish a change. */
  private isUnsettled({ fileId, trashPath }: TrashEntryEntity): Promise<boolean> {
    const state = In(['staging', 'open']);
    return this.dataSource.manager.existsBy(ReplaceJournalEntity, [
      { state, deliveredPath: trashPath },
      ...(fileId === null ? [] : [{ state, fileId }]),
    ]);
  }

  /** @returns null when nothing is there @throws Refusal when a symbolic link is on the way */
  private async find(root: string, trashPath: string): Promise<FileFacts | null> {
    try {
      await confine(this.port, root, path.dirname(trashPath));
    } catch (error) {
      if (error instanceof Refusal && error.reason.code === 'library_missing') return null;
      throw error;
    }
    return this.port.lstat(trashPath);
  }

  /** @returns why the entry may be the last copy of its film; null: something else is in its place */
  private async onlyCopy(entry: TrashEntryEntity, library: LibraryEntity | null): Promise<string | null> {
    const { manager } = this.dataSource;
    const why = (what: string) => `kept beyond its time: ${what}. Put it back, or delete it by hand`;
    const origin = await manager.findOneBy(ReplaceJournalEntity, { id: entry.journalId });
    if (origin?.state !== 'done') return why(`nothing took the place of ${entry.originalPath}`);
    const file =
      entry.fileId === null ? null : await manager.findOneBy(MediaFileEntity, { id: entry.fileId });
    if (file === null) return why(`no library knows ${entry.replacementPath} any more`);
    const home =
      library?.id === file.libraryId
        ? library
        : await manager.findOneBy(LibraryEntity, { id: file.libraryId });
    if (home === null) return why(`no library knows ${entry.replacementPath} any more`);
    const place = path.join(home.path, file.directory, file.name);
    const facts = file.status === 'missing' ? null : await this.port.lstat(place);
    if (facts === null) return why(`${place} is missing`);
    return facts.kind === 'file' && facts.size > 0 ? null : why(`${place} is empty or no file`);
  }

  private async remove(
    entry: TrashEntryEntity,
    trash: string,
    facts: FileFacts | null,
  ): Promise<EmptyOutcome> {
    const folder = path.dirname(entry.trashPath);
    if (facts !== null) await this.port.unlink(entry.trashPath);
    faultPoint('empty.unlinked');
    // Also for what is gone: perhaps we deleted it, and died before this was durable.
    await this.port.syncFolder(folder).catch((error: unknown) => {
      if (facts !== null || !['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
    });
    const changes = { state: 'emptied' as const, note: facts === null ? GONE : null, endedAt: Date.now() };
    await this.writer.write((manager) =>
      manager.update(TrashEntryEntity, { id: entry.id, state: 'held' }, changes),
    );
    this.logger.log({ msg: 'deleted for good', entry: entry.id, path: entry.trashPath, note: changes.note });
    await removeEmptyParents(this.port, trash, folder, Date.now());
    return { kind: 'emptied', bytes: facts === null ? 0 : entry.size };
  }

  private async keep(
    entry: TrashEntryEntity,
    message: string,
  ): Promise<EmptyOutcome & { kind: 'kept'; message: string }> {
    if (entry.note !== message) {
      this.logger.warn({ msg: message, entry: entry.id });
      await this.writer.write((manager) =>
        manager.update(TrashEntryEntity, { id: entry.id, state: 'held' }, { note: message }),
      );
    }
    return { kind: 'kept', message };
  }

  /**
   * Forgets why entries were kept beyond their time when their time is not over any more.
   * @param createdAfter ms since the epoch; younger entries than this are meant
   */
  async forgetNotes(libraryId: number, createdAfter: number): Promise<void> {
    // Literally, since only so does SQLite see that the index of those few holds them all.
    const forgotten = `"libraryId" = ? AND "state" = 'held' AND "note" IS NOT NULL AND "createdAt" > ?`;
    const values = [libraryId, createdAfter];
    const [found] = await this.dataSource.manager.query<{ id: number }[]>(
      `SELECT "id" FROM "trash_entry" INDEXED BY "trash_entry_kept" WHERE ${forgotten} LIMIT 1`,
      values,
    );
    if (found === undefined) return;
    await this.writer.write((manager) =>
      manager.query(
        `UPDATE "trash_entry" INDEXED BY "trash_entry_kept" SET "note" = NULL WHERE ${forgotten}`,
        values,
      ),
    );
  }
}

function unreachable(what: string): EmptyOutcome {
  const message = `${what} is not there, so that nothing was deleted. Is the share mounted?`;
  return { kind: 'unreachable', message };
}

/** The library that a trash path was made for, when the library itself has been removed from the database. */
function rootOf(trashPath: string): string {
  const at = trashPath.indexOf(`${path.sep}${TRASH_FOLDER}${path.sep}`);
  return at < 1 ? path.sep : trashPath.slice(0, at);
}

function isBelow(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
}
