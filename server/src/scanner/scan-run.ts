import { Logger } from '@nestjs/common';
import type { ScanProblem, ScanStatus } from '#contracts';
import type { DataSource } from 'typeorm';
import type { DbWriter } from '../database/db-writer.js';
import { readCorrection } from '../history/projection.store.js';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { readRepeating } from '../jobs/repeating-profiles.js';
import { FolderProfileStore } from '../profiles/folder-profile.store.js';
import { ChangeWriter } from './change-writer.js';
import { Gate } from './gate.js';
import { Decider } from './decider.js';
import { Prober, type ProberContext } from './prober.js';
import { redecide } from './redecider.js';
import type { ScanJobs, ScannerSettings, ScanProfiles, ScanTools } from './scan-ports.js';
import type { RunningWalk } from './walk/walk-runner.js';

/** Problems that a status carries; the log has them all. */
const SHOWN_PROBLEMS = 50;
/** ms between two reports of progress. */
const REPORT_INTERVAL = 500;

export interface ScanContext {
  dataSource: DataSource;
  writer: DbWriter;
  jobs: ScanJobs;
  profiles: ScanProfiles;
  tools: ScanTools;
  settings: ScannerSettings;
  databasePath: string;
  /** called at most twice a second, and once more at the end */
  report(status: ScanStatus): void;
}

/** One scan of one library, from its start to its end. */
export class ScanRun {
  private readonly logger = new Logger('Scanner');
  private readonly gate = new Gate();
  private readonly status: ScanStatus;
  private readonly began = Date.now();
  private walk: RunningWalk | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** ms since the epoch when the first waiting file will be old enough; null: none waits */
  nextDueAt: number | null = null;

  constructor(
    private readonly libraryId: number,
    private readonly context: ScanContext,
  ) {
    const none = { folders: 0, files: 0, media: 0, unchanged: 0, added: 0, changed: 0, moved: 0, missing: 0 };
    this.status = {
      libraryId,
      state: 'running',
      phase: 'walking',
      counts: { ...none, waiting: 0, passedOver: 0, problems: 0, probed: 0 },
      toProbe: 0,
      problems: [],
      error: null,
      walkMs: null,
      startedAt: new Date(this.began).toISOString(),
      endedAt: null,
    };
  }

  /** As it stands now; a copy. */
  snapshot(): ScanStatus {
    return { ...this.status, counts: { ...this.status.counts }, problems: [...this.status.problems] };
  }

  get ended(): boolean {
    return this.status.endedAt !== null;
  }

  pause(): void {
    if (this.status.state !== 'running') return;
    this.gate.shutForNow();
    this.walk?.pause();
    this.status.state = 'paused';
    this.context.report(this.snapshot());
  }

  resume(): void {
    if (this.status.state !== 'paused') return;
    this.gate.open();
    this.walk?.resume();
    this.status.state = 'running';
    this.context.report(this.snapshot());
  }

  /** What has been written stays; what is under way is let go. */
  cancel(): void {
    this.gate.close();
    this.walk?.cancel();
  }

  /** Scans. Never rejects: what went wrong is in the status. Afterwards no thread and no probe is left. */
  async run(): Promise<ScanStatus> {
    this.timer = setInterval(() => void this.report(), REPORT_INTERVAL);
    try {
      if (await this.gate.pass()) await this.scan();
      this.status.state = this.gate.signal.aborted ? 'cancelled' : 'completed';
    } catch (error) {
      this.status.state = 'failed';
      this.status.error = error instanceof Error ? error.message : String(error);
      this.logger.error({ msg: 'the scan failed', libraryId: this.libraryId, error: this.status.error });
    }
    clearInterval(this.timer);
    this.status.phase = 'done';
    this.status.toProbe = await this.filesToProbe().catch(() => this.status.toProbe);
    this.status.endedAt = new Date().toISOString();
    const { state, walkMs, counts } = this.status;
    this.logger.log({ msg: `scan ${state}`, libraryId: this.libraryId, walkMs, ...counts });
    return this.snapshot();
  }

  private async scan(): Promise<void> {
    const { dataSource, profiles, writer, tools } = this.context;
    const library = await dataSource.manager.findOneBy(LibraryEntity, { id: this.libraryId });
    if (library === null) throw new Error(`there is no library ${this.libraryId}`);
    await profiles.refresh();
    const folders = await FolderProfileStore.open(this.context, library, (message) => {
      this.logger.error({ msg: message, libraryId: library.id });
    });
    const decider = new Decider(
      tools.decide,
      folders.profiles,
      await readCorrection(dataSource.manager, library.id),
      await readRepeating(dataSource.manager),
    );
    const prober = new Prober(this.proberContext(library, decider));
    // The first batch proves that the library's folder is there: no file of it is opened before.
    const rooted = Promise.withResolvers<boolean>();
    const probing = rooted.promise.then(async (isThere) => {
      if (isThere) await prober.run();
    });
    const walking = this.walkAndWrite(library, folders, prober, rooted.resolve);
    const deciding = walking.then(async () => {
      // Also for files that have just come from a library with another profile.
      const count = await redecide(this.proberContext(library, decider));
      if (count > 0) this.logger.log({ msg: 'decided anew', libraryId: library.id, count });
      prober.notify(true);
    });
    const results = await Promise.allSettled([
      deciding.catch((error: unknown) => {
        // Nothing more will come, and what runs must not outlive the scan.
        this.gate.close();
        prober.notify(true);
        throw error;
      }),
      probing.catch((error: unknown) => {
        this.gate.close();
        this.walk?.cancel();
        throw error;
      }),
    ]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    if (this.gate.signal.aborted) return;
    await writer.write((manager) =>
      manager.update(LibraryEntity, { id: library.id }, { lastScanAt: Date.now() }),
    );
  }

  private async walkAndWrite(
    library: LibraryEntity,
    folders: FolderProfileStore,
    prober: Prober,
    rooted: (isThere: boolean) => void,
  ): Promise<void> {
    const { dataSource, writer, jobs, tools, databasePath } = this.context;
    const changes = new ChangeWriter(dataSource, writer, jobs, tools.hash);
    const { counts } = this.status;
    const {
      id: libraryId,
      path: root,
      extensions,
      minimumSize,
      minimumAgeSeconds,
      ignore,
      hardLinks,
    } = library;
    const rules = { extensions, minimumSize, minimumAgeSeconds, ignore, hardLinks };
    const walk = tools.startWalk({ libraryId, root, rules, databasePath });
    this.walk = walk;
    if (this.gate.shut) walk.pause();
    try {
      for await (const batch of walk.batches()) {
        if (this.gate.signal.aborted) break;
        // First: they rule over the files that follow.
        await folders.apply(batch.folderProfiles);
        const written = await changes.write(library, batch.changes, this.began);
        Object.assign(counts, batch.counts, { problems: counts.problems });
        for (const kind of ['added', 'changed', 'moved', 'missing'] as const) counts[kind] += written[kind];
        for (const problem of batch.problems) this.problem(problem);
        this.nextDueAt = batch.nextDueAt;
        rooted(true);
        prober.notify();
      }
    } finally {
      rooted(false);
    }
    await folders.settle();
    this.status.walkMs = walk.walkMs;
    this.status.phase = 'probing';
  }

  private proberContext(library: LibraryEntity, decider: Decider): ProberContext {
    const { dataSource, writer, jobs, tools, settings } = this.context;
    return {
      ...{ dataSource, writer, jobs, tools, settings, library, decider, gate: this.gate },
      onProbed: () => {
        this.status.counts.probed += 1;
      },
      onProblem: (problem) => {
        this.problem(problem);
      },
    };
  }

  private problem(problem: ScanProblem): void {
    this.status.counts.problems += 1;
    if (this.status.problems.length < SHOWN_PROBLEMS) this.status.problems.push(problem);
    this.logger.warn({ msg: 'scan problem', libraryId: this.libraryId, ...problem });
  }

  private async report(): Promise<void> {
    try {
      this.status.toProbe = await this.filesToProbe();
      if (!this.ended && this.status.state === 'running') this.context.report(this.snapshot());
    } catch (error) {
      this.logger.warn({ msg: 'the scan could not report', error: String(error) });
    }
  }

  private async filesToProbe(): Promise<number> {
    const row = await this.context.dataSource.manager.findOneBy(LibraryTallyEntity, {
      libraryId: this.libraryId,
      status: 'new',
    });
    return row?.files ?? 0;
  }
}
