import path from 'node:path';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import {
  FINAL_JOB_STATES,
  LIBRARY_DEFAULTS,
  type AddLibrary,
  type Library,
  type Reason,
  type UpdateLibrary,
} from '#contracts';
import { DataSource, In, Not, type EntityManager } from 'typeorm';
import { FieldException } from '../common/field-exception.js';
import { AppConfig } from '../config/app-config.js';
import { DbWriter } from '../database/db-writer.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { JobsService } from '../jobs/jobs.service.js';
import { ProjectionEntity } from '../history/projection.entity.js';
import { FolderProfileEntity } from '../profiles/folder-profile.entity.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { EventBus } from '../realtime/event-bus.js';
import { ReplaceJournalEntity } from '../replace/replace-journal.entity.js';
import { ScannerService } from '../scanner/scanner.service.js';
import { checkLibraryFolder, resolved } from './library-folder.js';
import { LibraryTallyEntity } from './library-tally.entity.js';
import { LibraryEntity } from './library.entity.js';
import { toLibrary, toStatistics } from './library.mapper.js';

/** Rows that go in one transaction when a library is removed, so that others' writes get their turn in between. */
const REMOVAL_BATCH = 500;

const REMOVED: Reason = { code: 'library_removed', message: 'its library was removed' };

@Injectable()
export class LibrariesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly events: EventBus,
    private readonly config: AppConfig,
    private readonly profiles: ProfilesService,
    private readonly jobs: JobsService,
    private readonly scanner: ScannerService,
  ) {}

  async list(): Promise<Library[]> {
    const rows = await this.dataSource.manager.find(LibraryEntity, { order: { name: 'ASC' } });
    return this.describe(rows);
  }

  /** @throws NotFoundException */
  async get(id: number): Promise<Library> {
    const [library] = await this.describe([await this.row(id)]);
    if (library === undefined) throw new NotFoundException(`there is no library ${id}`);
    return library;
  }

  /** @throws NotFoundException */
  async row(id: number): Promise<LibraryEntity> {
    const row = await this.dataSource.manager.findOneBy(LibraryEntity, { id });
    if (row === null) throw new NotFoundException(`there is no library ${id}`);
    return row;
  }

  async enabled(): Promise<LibraryEntity[]> {
    return this.dataSource.manager.find(LibraryEntity, { where: { enabled: true }, order: { id: 'ASC' } });
  }

  /** The library whose folder this is, by whatever path. */
  async findByPath(folder: string): Promise<LibraryEntity | null> {
    const real = await resolved(folder);
    for (const row of await this.dataSource.manager.find(LibraryEntity)) {
      if (row.path === path.resolve(folder) || (await resolved(row.path)) === real) return row;
    }
    return null;
  }

  /**
   * Adds a library; what the request leaves open is as LIBRARY_DEFAULTS say. It is not scanned by this.
   * @throws FieldException
   */
  async add(request: AddLibrary): Promise<Library> {
    const others = await this.dataSource.manager.find(LibraryEntity);
    const folder = await checkLibraryFolder(request.path, others, this.config.directory);
    const settings = { ...LIBRARY_DEFAULTS, ...given(request) };
    await this.checkProfile(settings.profile);
    const row = await this.writer.write(async (manager) => {
      const names = new Set(
        (await manager.find(LibraryEntity, { select: { name: true } })).map(({ name }) => name),
      );
      const name = request.name ?? freeName(path.basename(folder) || 'Library', names);
      if (names.has(name)) throw nameTaken(name);
      // Two requests at once may both have passed the check above.
      if (await manager.existsBy(LibraryEntity, { path: folder })) {
        throw new FieldException([
          { propertyName: 'path', errorMessage: 'this folder is a library already' },
        ]);
      }
      const library = manager.create(LibraryEntity, {
        ...settings,
        ...{ name, path: folder, lastScanAt: null, createdAt: Date.now() },
      });
      await manager.insert(LibraryEntity, library);
      return library;
    });
    this.events.emit('changed', { resource: 'library' });
    return this.get(row.id);
  }

  /**
   * Changes what the request names. Rules about files take effect with the next scan, weight and order at once.
   * @throws FieldException, NotFoundException
   */
  async update(id: number, request: UpdateLibrary): Promise<Library> {
    const changes = given(request);
    if (changes.profile !== undefined) await this.checkProfile(changes.profile);
    await this.writer.write(async (manager) => {
      const before = await manager.findOneBy(LibraryEntity, { id });
      if (before === null) throw new NotFoundException(`there is no library ${id}`);
      const { name } = changes;
      if (name !== undefined && (await manager.existsBy(LibraryEntity, { name, id: Not(id) })))
        throw nameTaken(name);
      if (Object.keys(changes).length > 0) await manager.update(LibraryEntity, { id }, changes);
      const after = Object.assign(new LibraryEntity(), before, changes);
      if (after.weight !== before.weight || after.order !== before.order)
        await this.jobs.rekey(manager, after);
    });
    this.events.emit('changed', { resource: 'library' });
    return this.get(id);
  }

  /**
   * Forgets a library: its open jobs are cancelled and its files leave the database; history, trash and the files
   * themselves stay.
   * @throws NotFoundException; ConflictException while one of its files is being replaced
   */
  async remove(id: number): Promise<void> {
    await this.row(id);
    await this.scanner.retire(id);
    try {
      await this.writer.write((manager) => refuseWhileReplacing(manager, id));
      await this.inBatches((manager) => cancelJobs(manager, id));
      await this.inBatches((manager) => deleteFiles(manager, id));
      await this.writer.write(async (manager) => {
        await refuseWhileReplacing(manager, id);
        await manager.delete(LibraryEntity, { id });
        await manager.delete(LibraryTallyEntity, { libraryId: id, files: 0 });
        await manager.delete(FolderProfileEntity, { libraryId: id });
        await manager.delete(ProjectionEntity, { libraryId: id });
      });
    } catch (error) {
      this.scanner.reinstate(id);
      throw error;
    }
    for (const resource of ['library', 'file', 'job', 'dashboard'] as const)
      this.events.emit('changed', { resource });
  }

  /** Repeats a step, each time in a transaction of its own, until it finds nothing more to do. */
  private async inBatches(step: (manager: EntityManager) => Promise<number>): Promise<void> {
    while ((await this.writer.write(step)) > 0);
  }

  /** Two queries, however many libraries there are; neither counts files. */
  private async describe(rows: readonly LibraryEntity[]): Promise<Library[]> {
    const ids = rows.map(({ id }) => id);
    const tallies = await this.dataSource.manager.findBy(LibraryTallyEntity, { libraryId: In(ids) });
    const savings = await this.dataSource.manager.query<{ libraryId: number; saved: number }[]>(
      `SELECT "libraryId", SUM("saved") AS "saved" FROM "savings_day" GROUP BY "libraryId"`,
    );
    return rows.map((row) => {
      const saved = savings.find(({ libraryId }) => libraryId === row.id)?.saved ?? 0;
      const own = tallies.filter(({ libraryId }) => libraryId === row.id);
      return toLibrary(row, toStatistics(own, saved), this.scanner.status(row.id));
    });
  }

  private async checkProfile(name: string): Promise<void> {
    await this.profiles.refresh();
    if (this.profiles.find(name) !== undefined) return;
    const errorMessage = `there is no valid profile ${name} in the folder for profiles`;
    throw new FieldException([{ propertyName: 'profile', errorMessage }]);
  }
}

/** The fields that a request has a value for. */
function given<T extends object>(request: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(request).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  // A name on disk may be longer than a library's, or have blanks around it.
  const base = wanted.trim().slice(0, 90) || 'Library';
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base} ${number}`;
  return name;
}

function nameTaken(name: string): FieldException {
  return new FieldException([{ propertyName: 'name', errorMessage: `there is a library ${name} already` }]);
}

async function refuseWhileReplacing(manager: EntityManager, libraryId: number): Promise<void> {
  const replacing =
    (await manager.existsBy(ReplaceJournalEntity, { libraryId, state: In(['staging', 'open']) })) ||
    (await manager.existsBy(JobEntity, { libraryId, state: 'replacing' }));
  if (replacing)
    throw new ConflictException('a file of this library is being replaced; try again in a moment');
}

async function cancelJobs(manager: EntityManager, libraryId: number): Promise<number> {
  const open = await manager.find(JobEntity, {
    where: { libraryId, state: Not(In([...FINAL_JOB_STATES, 'replacing'])) },
    select: { id: true },
    take: REMOVAL_BATCH,
  });
  for (const { id } of open) {
    await transition(manager, id, 'cancelled', { reasonCode: REMOVED.code, reasonMessage: REMOVED.message });
  }
  return open.length;
}

async function deleteFiles(manager: EntityManager, libraryId: number): Promise<number> {
  await manager.query(
    `DELETE FROM "media_file" WHERE "id" IN (SELECT "id" FROM "media_file" WHERE "libraryId" = ? LIMIT ${REMOVAL_BATCH})`,
    [libraryId],
  );
  const [row] = await manager.query<[{ count: number }]>(`SELECT changes() AS "count"`);
  return row.count;
}
