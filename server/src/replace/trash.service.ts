import { ConflictException, HttpException, Injectable, InternalServerErrorException } from '@nestjs/common';
import type { EmptyTrashResponse, Page, RestoreManyResponse, TrashEntry, TrashListQuery } from '#contracts';
import { DataSource, In } from 'typeorm';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import { messageOf, ReplaceFailure } from './replace-failure.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { RestoreService } from './restore.service.js';
import { TrashEmptier } from './trash-emptier.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

const DAY_MS = 24 * 3600 * 1000;

/** What the trash holds, and what a person does with it, some entries at a time. */
@Injectable()
export class TrashService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly restores: RestoreService,
    private readonly emptier: TrashEmptier,
    private readonly events: EventBus,
  ) {}

  async list(query: TrashListQuery): Promise<Page<TrashEntry>> {
    const direction = query.sortDirection === 'ascending' ? 'ASC' : 'DESC';
    const { state, libraryId } = query;
    const where = { state, ...(libraryId === undefined ? {} : { libraryId }) };
    const rows = await this.dataSource.manager.find(TrashEntryEntity, {
      where,
      order:
        query.sortKey === 'size'
          ? { size: direction, id: direction }
          : { createdAt: direction, id: direction },
      skip: (query.page - 1) * query.pageSize,
      take: query.pageSize,
    });
    const totalRecords =
      state === 'held'
        ? await this.held(libraryId)
        : await this.dataSource.manager.countBy(TrashEntryEntity, where);
    return { page: query.page, pageSize: query.pageSize, totalRecords, records: await this.toEntries(rows) };
  }

  /** How many files the trash holds, of one library or of all; those that have been removed too. */
  private async held(libraryId: number | undefined): Promise<number> {
    const tallies = await this.dataSource.manager.findBy(LibraryTallyEntity, {
      status: 'in_trash',
      ...(libraryId === undefined ? {} : { libraryId }),
    });
    return tallies.reduce((sum, { files }) => sum + files, 0);
  }

  /** @throws see RestoreService.restore; what the machine failed at is said with status 500 */
  async restore(id: number): Promise<TrashEntry> {
    try {
      await this.restores.restore(id);
    } catch (error) {
      if (error instanceof ReplaceFailure) throw new InternalServerErrorException(error.message);
      throw error;
    }
    return this.entry(id);
  }

  /** One after the other; one that cannot be put back keeps none of the others from it. */
  async restoreMany(ids: readonly number[]): Promise<RestoreManyResponse> {
    const results: RestoreManyResponse['results'] = [];
    for (const id of new Set(ids)) {
      const message = await this.restores.restore(id).then(
        () => null,
        (error: unknown) => told(error),
      );
      results.push({ id, restored: message === null, message });
    }
    return { results };
  }

  /** @throws NotFoundException; ConflictException when it had to be kept */
  async remove(id: number): Promise<TrashEntry> {
    const outcome = await this.emptier.empty(id, 'hand');
    if (outcome.kind !== 'emptied') throw new ConflictException(outcome.message);
    this.tell();
    return this.entry(id);
  }

  async removeMany(ids: readonly number[]): Promise<EmptyTrashResponse> {
    const response: EmptyTrashResponse = { deleted: 0, bytes: 0, kept: [] };
    for (const id of new Set(ids)) {
      try {
        const outcome = await this.emptier.empty(id, 'hand');
        if (outcome.kind === 'emptied') {
          response.deleted += 1;
          response.bytes += outcome.bytes;
        } else {
          response.kept.push({ id, message: outcome.message });
        }
      } catch (error) {
        response.kept.push({ id, message: told(error) });
      }
    }
    if (response.deleted > 0) this.tell();
    return response;
  }

  private tell(): void {
    for (const resource of ['library', 'history', 'dashboard'] as const)
      this.events.emit('changed', { resource });
  }

  private async entry(id: number): Promise<TrashEntry> {
    const [entry] = await this.toEntries(await this.dataSource.manager.findBy(TrashEntryEntity, { id }));
    if (entry === undefined) throw new Error(`trash entry ${id} vanished while it was worked on`);
    return entry;
  }

  private async toEntries(rows: TrashEntryEntity[]): Promise<TrashEntry[]> {
    const origins = await this.dataSource.manager.find(ReplaceJournalEntity, {
      where: { id: In(rows.map((row) => row.journalId)), state: 'done' },
      select: { id: true },
    });
    const closed = new Set(origins.map((origin) => origin.id));
    const libraries = await this.dataSource.manager.find(LibraryEntity, {
      where: { id: In(rows.map((row) => row.libraryId)) },
      select: { id: true, trashKeepDays: true },
    });
    const days = new Map(libraries.map((library) => [library.id, library.trashKeepDays]));
    return rows.map((row) => ({
      id: row.id,
      libraryId: row.libraryId,
      fileId: row.fileId,
      state: row.state,
      originalPath: row.originalPath,
      replacementPath: row.replacementPath,
      trashPath: row.trashPath,
      size: row.size,
      restorable: row.state === 'held' && closed.has(row.journalId),
      at: new Date(row.createdAt).toISOString(),
      keptUntil: row.state === 'held' ? keptUntil(row.createdAt, days.get(row.libraryId) ?? 0) : null,
      note: row.note,
    }));
  }
}

function keptUntil(createdAt: number, days: number): string | null {
  return days === 0 ? null : new Date(createdAt + days * DAY_MS).toISOString();
}

/** What a person is told of an error among others; what is not meant for them is the log's. */
function told(error: unknown): string {
  const meant = error instanceof HttpException || error instanceof ReplaceFailure;
  return meant ? error.message : `something went wrong in the server: ${messageOf(error)}`;
}
