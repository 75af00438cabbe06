import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import type { FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { messageOf } from './replace-failure.js';
import { TrashEmptier, type EmptiedBy, type EmptyOutcome } from './trash-emptier.js';
import { removeEmptyDays } from './trash-folder.js';

/** Entries read from the database at a time. */
const BATCH = 100;
/** The disk is at fault then, not the file. */
const FAILURES_IN_A_ROW = 5;
/** How many of them an outcome counts for; undefined: one more. */
const FAILURES: Partial<Record<EmptyOutcome['kind'], number>> = {
  emptied: 0,
  kept: 0,
  unreachable: FAILURES_IN_A_ROW,
};
/** Messages that a report carries; the log has them all. */
const SHOWN = 5;
const DAY_MS = 24 * 3600 * 1000;

export interface EmptyingReport {
  deleted: number;
  /** of those deleted */
  bytes: number;
  /** left where they are */
  kept: number;
  /** why, of the first few */
  messages: string[];
}

interface Held {
  id: number;
  libraryId: number;
  createdAt: number;
}

/** Empties the trash as far as each library's limits say, or all of it when a person asks. */
@Injectable()
export class TrashLimits {
  private readonly logger = new Logger('Trash');

  constructor(
    private readonly dataSource: DataSource,
    private readonly emptier: TrashEmptier,
    private readonly events: EventBus,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /**
   * Deletes what is older than its library keeps it, and the oldest of what is more than its library's trash may
   * hold. What is the only copy stays, with a note.
   * @param signal ends it between two files
   * @param now ms since the epoch
   */
  async apply(signal: AbortSignal, now = Date.now()): Promise<EmptyingReport> {
    const report = new Report();
    for (const library of await this.dataSource.manager.find(LibraryEntity, { order: { id: 'ASC' } })) {
      await this.applyTo(library, report, signal, now);
      if (signal.aborted) break;
      await this.sweep(library, now);
    }
    if (report.deleted > 0) this.tell();
    return report.result();
  }

  /**
   * Deletes all that the trash held when this began, of one library or of all, the last copies among it.
   * @param libraryId undefined: of all, those that have been removed too
   */
  async emptyAll(libraryId: number | undefined, signal: AbortSignal): Promise<EmptyingReport> {
    const report = new Report();
    const [newest] = await this.dataSource.manager.query<[{ id: number | null }]>(
      `SELECT MAX("id") AS "id" FROM "trash_entry"`,
    );
    const failures = new Map<number, number>();
    let last = 0;
    for (;;) {
      const rows = await this.dataSource.manager.query<Held[]>(
        `SELECT "id", "libraryId", "createdAt" FROM "trash_entry"
         WHERE +"state" = 'held' AND "id" > ? AND "id" <= ? ${libraryId === undefined ? '' : 'AND +"libraryId" = ?'}
         ORDER BY "id" LIMIT ${BATCH}`,
        [last, newest.id ?? 0, ...(libraryId === undefined ? [] : [libraryId])],
      );
      for (const row of rows) {
        if (signal.aborted) return report.result();
        last = row.id;
        const before = failures.get(row.libraryId) ?? 0;
        if (before >= FAILURES_IN_A_ROW) {
          report.kept += 1;
          continue;
        }
        const outcome = await this.empty(row, 'hand');
        report.add(outcome);
        failures.set(row.libraryId, FAILURES[outcome.kind] ?? before + 1);
      }
      if (rows.length > 0) this.tell();
      if (rows.length < BATCH) return report.result();
    }
  }

  /** Oldest first, so that the first one that may stay ends it: all that follow may stay too. */
  private async applyTo(
    library: LibraryEntity,
    report: Report,
    signal: AbortSignal,
    now: number,
  ): Promise<void> {
    const { id, trashKeepDays: days, trashMaximumSize: limit } = library;
    let failures = 0;
    let last = -1;
    for await (const row of this.oldestFirst(id)) {
      const isOld = days > 0 && row.createdAt <= now - days * DAY_MS;
      // Read anew each time: people restore and empty meanwhile.
      if (!isOld && (limit === 0 || (await this.sizeOf(id)) <= limit)) break;
      if (signal.aborted) return;
      last = row.createdAt;
      const outcome = await this.empty(row, 'limit');
      report.add(outcome);
      failures = outcome.kind === 'failed' ? failures + 1 : 0;
      if (outcome.kind === 'unreachable' || failures === FAILURES_IN_A_ROW) return;
    }
    await this.emptier.forgetNotes(id, last);
  }

  private async empty(row: Held, by: EmptiedBy): Promise<EmptyOutcome> {
    const outcome = await this.emptier.empty(row.id, by);
    if (outcome.kind === 'unreachable') this.logger.warn({ msg: outcome.message, libraryId: row.libraryId });
    return outcome;
  }

  private async *oldestFirst(libraryId: number): AsyncGenerator<Held> {
    let last = { createdAt: -1, id: 0 };
    for (;;) {
      const rows = await this.dataSource.manager.query<Held[]>(
        `SELECT "id", "libraryId", "createdAt" FROM "trash_entry"
         WHERE "libraryId" = ? AND "state" = 'held' AND ("createdAt", "id") > (?, ?)
         ORDER BY "createdAt", "id" LIMIT ${BATCH}`,
        [libraryId, last.createdAt, last.id],
      );
      yield* rows;
      const end = rows.at(-1);
      if (end === undefined || rows.length < BATCH) return;
      last = end;
    }
  }

  private async sizeOf(libraryId: number): Promise<number> {
    const tally = await this.dataSource.manager.findOneBy(LibraryTallyEntity, {
      libraryId,
      status: 'in_trash',
    });
    return tally?.size ?? 0;
  }

  /** Restores and emptying leave folders behind in which nothing lies any more. */
  private async sweep(library: LibraryEntity, now: number): Promise<void> {
    const isUsed = async (from: number) => {
      const [row] = await this.dataSource.manager.query<[{ used: number }]>(
        `SELECT EXISTS (SELECT 1 FROM "trash_entry" WHERE "libraryId" = ? AND "state" = 'held'
           AND "createdAt" >= ? AND "createdAt" < ?) AS "used"`,
        [library.id, from, from + 2 * DAY_MS],
      );
      return row.used === 1;
    };
    try {
      await removeEmptyDays(this.port, library.path, now, isUsed);
    } catch (error) {
      this.logger.warn(`empty folders in the trash of ${library.path} were left: ${messageOf(error)}`);
    }
  }

  private tell(): void {
    for (const resource of ['library', 'history', 'dashboard'] as const)
      this.events.emit('changed', { resource });
  }
}

class Report {
  deleted = 0;
  bytes = 0;
  kept = 0;
  private readonly messages: string[] = [];

  add(outcome: EmptyOutcome): void {
    if (outcome.kind === 'emptied') {
      this.deleted += 1;
      this.bytes += outcome.bytes;
      return;
    }
    this.kept += 1;
    if (this.messages.length < SHOWN) this.messages.push(outcome.message);
  }

  result(): EmptyingReport {
    return { deleted: this.deleted, bytes: this.bytes, kept: this.kept, messages: this.messages };
  }
}
