import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryEntity } from '../history/history.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { confine } from './confine.js';
import { faultPoint } from './fault-points.js';
import { isNoSpace, isRefused, type FileFacts, type FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { isClaimedInTrash } from './identity.js';
import { JournalService, type NewJournalRow } from './journal.service.js';
import { stagePathFor, trashPathFor } from './names.js';
import { entryKey, PathLock } from './path-lock.js';
import { Refusal, ReplaceFailure, messageOf } from './replace-failure.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { copyWithRoom, noSpace } from './staging.js';
import { targetExists } from './swap.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

/** Where things lie now, and where they will. */
interface RestorePlan {
  /** the replacement; null when it is no longer there */
  replacement: { path: string; facts: FileFacts } | null;
  finalPath: string;
}

/** Whether what a journal row put into the trash was an original, and not an encode that a restore put aside. */
function isOriginal(origin: ReplaceJournalEntity): boolean {
  return origin.kind === 'replace' || origin.closing.putsBack === 'encode';
}

/** Nothing tries a restore again by itself. */
function told({ reason }: Refusal, { originalPath, trashPath }: TrashEntryEntity): string {
  if (reason.code !== 'library_missing') return reason.message;
  return (
    `the folder of ${originalPath} is not there; make it again, or mount its disk or share, and put the file back then. ` +
    `It stays at ${trashPath}`
  );
}

/**
 * Puts originals back, and encodes that a restore has put aside. It is a replacement the other way round, by the
 * same journal and the same swap.
 */
@Injectable()
export class RestoreService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly journal: JournalService,
    private readonly lock: PathLock,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /**
   * Puts the file of a trash entry back in its place, and what had taken that place into the trash.
   * @throws NotFoundException; ConflictException when the entry, or what lies in its place, is not what it was;
   *   ReplaceFailure when the machine failed
   */
  async restore(trashEntryId: number): Promise<void> {
    const entry = await this.entry(trashEntryId);
    await this.lock.run(entryKey(entry), async () => {
      try {
        await this.run(await this.entry(trashEntryId));
      } catch (error) {
        if (error instanceof Refusal) throw new ConflictException(told(error, entry));
        throw error;
      }
    });
  }

  private async entry(id: number): Promise<TrashEntryEntity> {
    const entry = await this.dataSource.manager.findOneBy(TrashEntryEntity, { id });
    if (entry === null) throw new NotFoundException(`there is no trash entry ${id}`);
    if (entry.state !== 'held')
      throw new ConflictException(`trash entry ${id} is no longer in the trash: ${entry.state}`);
    return entry;
  }

  private async run(entry: TrashEntryEntity): Promise<void> {
    const manager = this.dataSource.manager;
    const library = await manager.findOneBy(LibraryEntity, { id: entry.libraryId });
    if (library === null) {
      throw new ConflictException(
        `the library of ${entry.originalPath} has been removed; move ${entry.trashPath} back by hand if you want it`,
      );
    }
    const origin = await manager.findOneBy(ReplaceJournalEntity, { id: entry.journalId });
    if (origin?.state !== 'done') {
      throw new ConflictException(
        `${entry.originalPath} could not be kept in its place when its replacement was undone, and something else ` +
          `may lie there now; move ${entry.trashPath} back by hand if you want it`,
      );
    }
    if (entry.fileId !== null && (await this.journal.isUnsettled(entry.fileId))) {
      throw new ConflictException(
        `an earlier change of ${entry.replacementPath} is still to be settled by recovery`,
      );
    }
    await this.requireOriginal(entry, origin);
    const file =
      entry.fileId === null ? null : await manager.findOneBy(MediaFileEntity, { id: entry.fileId });
    const plan = await this.plan(entry, origin, library, file);
    await confine(this.port, library.path, path.dirname(entry.trashPath));
    await confine(this.port, library.path, path.dirname(plan.finalPath));
    const row = await this.journal.begin(await this.rowFor(entry, origin, library, plan));
    try {
      faultPoint('restore.begun');
      await this.stage(row);
      faultPoint('restore.staged');
      await this.journal.open(row);
      await this.journal.carryOut(row, library.path);
    } catch (error) {
      const settlement = await this.journal.settle(row, library.path, error);
      if (settlement === 'done') return;
      const refusal = isNoSpace(error) ? noSpace(library.path, entry.size) : error;
      if (settlement === 'undone' && refusal instanceof Refusal) throw refusal;
      const message = `${entry.originalPath} could not be restored: ${messageOf(error)}`;
      throw new ReplaceFailure({ code: 'restore_failed', message }, settlement === 'left', error);
    } finally {
      this.journal.release(row);
    }
  }

  private async requireOriginal(entry: TrashEntryEntity, origin: ReplaceJournalEntity): Promise<void> {
    const facts = await this.port.lstat(entry.trashPath);
    const was = { size: origin.sourceSize, mtimeNs: origin.sourceMtimeNs, headTailHash: origin.sourceHash };
    if (!(await isClaimedInTrash(this.port, entry.trashPath, facts, was))) {
      throw new ConflictException(
        `${entry.trashPath} is ${facts === null ? 'not there; is its disk or share mounted?' : 'not the original any more'}`,
      );
    }
  }

  /**
   * The replacement may have been renamed, by Sonarr for instance: the original then takes that name. What is not the
   * replacement at all, such as a better release, is nobody's to put aside, whether a scan has seen it yet or not.
   */
  private async plan(
    entry: TrashEntryEntity,
    origin: ReplaceJournalEntity,
    library: LibraryEntity,
    file: MediaFileEntity | null,
  ): Promise<RestorePlan> {
    const current =
      file === null ? entry.replacementPath : path.join(library.path, file.directory, file.name);
    const facts = await this.port.lstat(current);
    const { dir, name } = path.parse(current);
    const finalPath =
      current === entry.replacementPath
        ? entry.originalPath
        : path.join(dir, `${name}${path.extname(entry.originalPath)}`);
    if (facts === null) {
      if ((await this.port.lstat(entry.originalPath)) !== null) throw targetExists(entry.originalPath);
      return { replacement: null, finalPath: entry.originalPath };
    }
    if (
      facts.kind !== 'file' ||
      facts.size !== origin.stagedSize ||
      (file !== null && (facts.size !== file.size || facts.mtimeNs !== file.mtimeNs))
    ) {
      throw new ConflictException(
        `${current} was changed after the replacement; move it away first if it is not wanted`,
      );
    }
    if (finalPath !== current && (await this.port.lstat(finalPath)) !== null) throw targetExists(finalPath);
    return { replacement: { path: current, facts }, finalPath };
  }

  private async rowFor(
    entry: TrashEntryEntity,
    origin: ReplaceJournalEntity,
    library: LibraryEntity,
    { replacement, finalPath }: RestorePlan,
  ): Promise<NewJournalRow> {
    const history = await this.dataSource.manager.findOneBy(HistoryEntity, { trashEntryId: entry.id });
    const sourcePath = replacement?.path ?? finalPath;
    return {
      kind: 'restore',
      jobId: null,
      fileId: entry.fileId,
      libraryId: library.id,
      sourcePath,
      deliveredPath: entry.trashPath,
      stagedPath: stagePathFor(finalPath, `restore-${randomBytes(6).toString('hex')}`, 'tmp'),
      finalPath,
      trashPath: trashPathFor(library.path, sourcePath, Date.now()),
      sourceSize: replacement?.facts.size ?? 0,
      sourceMtimeNs: replacement?.facts.mtimeNs ?? '0',
      sourceHash: replacement === null ? '' : await this.port.headTailHash(replacement.path),
      stagedSize: origin.sourceSize,
      stagedSha256: origin.sourceHash,
      closing: {
        ...origin.closing,
        source: history?.output ?? origin.closing.output,
        output: history?.source ?? origin.closing.source,
        libraryName: library.name,
        restoredEntryId: entry.id,
        putsBack: isOriginal(origin) ? 'original' : 'encode',
        warnings: [],
      },
    };
  }

  /** The original stays in the trash, under a second name or as a copy, until the restore is closed. */
  private async stage(row: ReplaceJournalEntity): Promise<void> {
    const { deliveredPath, stagedPath } = row;
    try {
      await this.port.link(deliveredPath, stagedPath);
      return;
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
    const read = await copyWithRoom(this.port, deliveredPath, stagedPath, row.stagedSize);
    row.closing.warnings = await this.port.copyMetadata(deliveredPath, stagedPath);
    await this.port.syncFile(stagedPath);
    if ((await this.port.sha256(stagedPath)) !== read)
      throw new Error(`the copy of ${deliveredPath} differs from it`);
  }
}
