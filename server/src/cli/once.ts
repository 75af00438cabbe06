import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { FINAL_JOB_STATES, JOB_STATES } from '#contracts';
import { And, DataSource, In, IsNull, LessThanOrEqual, MoreThanOrEqual, Not } from 'typeorm';
import { DeliveryService } from '../delivery/delivery.service.js';
import { HARD_LINKED } from '../files/hard-links.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryEntity } from '../history/history.entity.js';
import { ProjectionEntity } from '../history/projection.entity.js';
import { addSums, type ProjectionSums } from '../history/projection.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LibraryHolds } from '../jobs/library-holds.service.js';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { ScannerService } from '../scanner/scanner.service.js';
import { scanLine, type ProgressView } from './progress-view.js';
import type { ResultRow } from './result-table.js';

const LOOK_EVERY_MS = 100;

/** Rows of the table; more than a person reads, and few enough for any memory. */
const MAX_ROWS = 10_000;

export interface OnceResult {
  rows: ResultRow[];
  failed: number;
  /** files of these libraries that this run had nothing to do with */
  untouched: number;
  /** encodes of these libraries that wait for somebody to approve them, of this run or an earlier one */
  inReview: number;
  /** encodes of these libraries that wait until something is seen to, such as a full disk */
  putOff: number;
  /** what this run adds to how far projected sizes were off */
  projections: ProjectionSums;
}

/** What somebody has to say waits for as long as that takes, and the run does not. */
const MOVING_STATES = JOB_STATES.filter(
  (state) =>
    !(FINAL_JOB_STATES as readonly string[]).includes(state) && !['pending', 'in_review'].includes(state),
);

/** Reasons shown for jobs that were put off. */
const MAX_PUT_OFF = 5;

/** Scans libraries and waits until no file of theirs has anything left to be done. */
export class OnceRun {
  private readonly dataSource: DataSource;
  private readonly scanner: ScannerService;
  private readonly delivery: DeliveryService;
  private readonly holds: LibraryHolds;

  constructor(
    application: INestApplicationContext,
    private readonly libraries: readonly LibraryEntity[],
    private readonly view: ProgressView,
  ) {
    this.dataSource = application.get(DataSource);
    this.scanner = application.get(ScannerService);
    this.delivery = application.get(DeliveryService);
    this.holds = application.get(LibraryHolds);
  }

  /** @throws when the signal aborts */
  async run(signal: AbortSignal): Promise<OnceResult> {
    const startedAt = Date.now();
    const before = await this.projections();
    for (;;) {
      const { failed, nextDue } = await this.scan(signal);
      await this.waitForJobs(signal);
      if (nextDue === null) {
        const putOff = await this.tellPutOff();
        const result = await this.collect(startedAt);
        return {
          ...result,
          putOff,
          failed: result.failed + failed,
          projections: since(before, await this.projections()),
        };
      }
      const pause = Math.max(0, nextDue - Date.now());
      this.view.line(`waits ${Math.ceil(pause / 1000)} s for files that were changed just now`);
      await sleep(pause + 50, undefined, { signal });
    }
  }

  /** @returns how many scans failed, and when (ms since the epoch) the first file that waits will be old enough */
  private async scan(signal: AbortSignal): Promise<{ failed: number; nextDue: number | null }> {
    let failed = 0;
    let nextDue: number | null = null;
    for (const library of this.libraries) {
      this.scanner.start(library.id);
      const status = await this.scanner.whenIdle(library.id);
      signal.throwIfAborted();
      if (status.state === 'failed') {
        failed += 1;
        this.view.line(`${library.name}: ${status.error ?? 'the scan failed'}`);
      } else {
        this.view.line(scanLine(library.name, status));
      }
      const due = this.scanner.nextDueAt(library.id);
      if (due !== null) nextDue = Math.min(due, nextDue ?? due);
    }
    return { failed, nextDue };
  }

  private async waitForJobs(signal: AbortSignal): Promise<void> {
    while (await this.hasWork()) await sleep(LOOK_EVERY_MS, undefined, { signal });
    // What the database says already may not have been told yet.
    await this.delivery.whenIdle();
  }

  /** Those into which nothing can be put just now. */
  private get held(): number[] {
    return this.libraries.map(({ id }) => id).filter((id) => this.holds.all.has(id));
  }

  /** Nor does it wait for what was put off until a disk has room or a share can be written to. */
  private hasWork(): Promise<boolean> {
    const libraryId = In(this.libraries.map((library) => library.id));
    const pending = { libraryId: And(libraryId, Not(In(this.held))), state: 'pending' } as const;
    return this.dataSource.manager.existsBy(JobEntity, [
      { libraryId, state: In(MOVING_STATES) },
      { ...pending, deferredSince: IsNull() },
      { ...pending, notBefore: LessThanOrEqual(Date.now()) },
    ]);
  }

  /** @returns how many have to be seen to; what waits by its library's own rule on hard links does not */
  private async tellPutOff(): Promise<number> {
    const libraryId = In(this.libraries.map((library) => library.id));
    const putOff = { libraryId, state: 'pending', deferredSince: Not(IsNull()) } as const;
    const held = {
      libraryId: In(this.held),
      state: 'pending',
      deferredSince: IsNull(),
    } as const;
    const [jobs, count] = await this.dataSource.manager.findAndCount(JobEntity, {
      where: [putOff, held],
      order: { id: 'ASC' },
      take: MAX_PUT_OFF,
    });
    for (const job of jobs)
      this.view.line(
        `put off: ${job.title}: ${job.reasonMessage ?? this.holds.all.get(job.libraryId ?? 0)?.message ?? ''}`,
      );
    if (count > jobs.length) this.view.line(`put off: ${count - jobs.length} more`);
    return this.dataSource.manager.countBy(JobEntity, [{ ...putOff, reasonCode: Not(HARD_LINKED) }, held]);
  }

  private async tally(statuses: readonly string[]): Promise<number> {
    const rows = await this.dataSource.manager.findBy(LibraryTallyEntity, {
      libraryId: In(this.libraries.map((library) => library.id)),
      status: In(statuses),
    });
    return rows.reduce((sum, row) => sum + row.files, 0);
  }

  private async projections(): Promise<ProjectionSums> {
    const libraryId = In(this.libraries.map((library) => library.id));
    return addSums(await this.dataSource.manager.findBy(ProjectionEntity, { libraryId }));
  }

  private async collect(startedAt: number): Promise<Omit<OnceResult, 'projections' | 'putOff'>> {
    const libraryIds = In(this.libraries.map((library) => library.id));
    const { manager } = this.dataSource;
    const files = await manager.find(MediaFileEntity, {
      where: {
        libraryId: libraryIds,
        status: In(['replaced', 'skipped', 'unreadable', 'failed']),
        updatedAt: MoreThanOrEqual(startedAt),
      },
      order: { libraryId: 'ASC', directory: 'ASC', name: 'ASC' },
      take: MAX_ROWS,
    });
    const history = await manager.find(HistoryEntity, {
      where: { libraryId: libraryIds, event: 'replaced', at: MoreThanOrEqual(startedAt) },
      take: MAX_ROWS,
    });
    const replaced = new Map(history.map((entry) => [entry.fileId, entry]));
    const prefix = new Map(
      this.libraries.map(({ id, name }) => [id, this.libraries.length > 1 ? `${name}: ` : '']),
    );
    const rows = files.map((file): ResultRow => {
      const entry = replaced.get(file.id);
      const library = this.libraries.find((candidate) => candidate.id === file.libraryId);
      const now = file.directory === '' ? file.name : `${file.directory}/${file.name}`;
      // A replaced file may have a new extension; people look for the name that they know.
      const path =
        entry === undefined || library === undefined ? now : relative(library.path, entry.sourcePath);
      const verdict =
        file.status === 'replaced'
          ? 'replaced'
          : `${file.status}: ${file.reasonMessage ?? file.reasonCode ?? ''}`;
      return {
        file: `${prefix.get(file.libraryId) ?? ''}${path}`,
        verdict,
        before: entry?.source.size ?? file.size,
        after: entry?.output.size ?? null,
      };
    });
    rows.push(...(await this.reviewed(startedAt, prefix)));
    const known = await this.tally(['replaced', 'skipped', 'unreadable', 'failed']);
    return {
      rows,
      failed: files.filter((file) => file.status === 'failed').length,
      untouched: known - files.length,
      inReview: await this.tally(['job:in_review']),
    };
  }

  /** What this run has made and nobody has approved yet. */
  private async reviewed(since: number, prefix: ReadonlyMap<number, string>): Promise<ResultRow[]> {
    const jobs = await this.dataSource.manager.find(JobEntity, {
      where: {
        libraryId: In(this.libraries.map((library) => library.id)),
        state: 'in_review',
        updatedAt: MoreThanOrEqual(since),
      },
      order: { title: 'ASC' },
      take: MAX_ROWS,
    });
    return jobs.map((job) => ({
      file: `${prefix.get(job.libraryId ?? 0) ?? ''}${job.title}`,
      verdict: `waits for review (job ${job.id})`,
      before: job.size,
      after: null,
    }));
  }
}

function since(before: ProjectionSums, now: ProjectionSums): ProjectionSums {
  return {
    count: now.count - before.count,
    sumLogRatio: now.sumLogRatio - before.sumLogRatio,
    sumAbsError: now.sumAbsError - before.sumAbsError,
  };
}
