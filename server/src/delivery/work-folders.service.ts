import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { JobEntity } from '../jobs/job.entity.js';
import { jobFolderOf } from '../jobs/staging-area.js';
import { EventBus } from '../realtime/event-bus.js';
import { parseUploadName } from './upload-names.js';

/** ms from the first word of a change to the look at the folders: a scan may cancel many jobs one after another. */
const PAUSE_MS = 500;

/** ms between two looks at all folders: what ends is told one by one, except when many are cancelled at once. */
const LOOK_EVERY_MS = 30_000;

/** Ids in one query; SQLite takes only so many parameters. */
const BATCH = 500;

/** Ended, and nothing that was made for it will be wanted. */
const OVER = ['cancelled', 'skipped'] as const;

/** Ended as well; one that failed may be run again from a step on, but what nodes have sent for it they have themselves. */
const WITHOUT_UPLOADS = ['completed', 'failed_permanent'] as const;

function* batches(ids: readonly number[], size: number): Generator<number[]> {
  for (let at = 0; at < ids.length; at += size) yield ids.slice(at, at + size);
}

/**
 * Removes the work folders of jobs that were cancelled or left alone. A node tidies up after what it is at work on; an
 * output that waits for review, or for its turn to be taken over, is in nobody's hands but the server's.
 */
@Injectable()
export class WorkFolders implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('WorkFolders');
  private stops: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  /** jobs whose folders are to be looked at next */
  private ended = new Set<number>();
  private lookAtAll = true;
  private lookedAt = 0;
  private dueAt = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
    private readonly events: EventBus,
  ) {}

  onApplicationBootstrap(): void {
    this.stops = [
      this.events.on('job', ({ id, state }) => {
        if (![...OVER, ...WITHOUT_UPLOADS].some((over) => over === state)) return;
        this.ended.add(id);
        this.sweepSoon(PAUSE_MS);
      }),
      // Many at once are not told one by one.
      this.events.on('changed', ({ resource }) => {
        if (resource !== 'job') return;
        this.lookAtAll = true;
        this.sweepSoon(Math.max(PAUSE_MS, this.lookedAt + LOOK_EVERY_MS - Date.now()));
      }),
    ];
    this.sweepSoon(PAUSE_MS);
  }

  async onModuleDestroy(): Promise<void> {
    for (const stop of this.stops.splice(0)) stop();
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Looks at every job's folder in the work folder. */
  sweep(): Promise<void> {
    this.lookAtAll = true;
    return this.next();
  }

  /** Sooner, when it has been said that it may be later. */
  private sweepSoon(delay: number): void {
    const due = Date.now() + delay;
    if (this.timer !== undefined && this.dueAt <= due) return;
    clearTimeout(this.timer);
    this.dueAt = due;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.next();
    }, delay).unref();
  }

  private next(): Promise<void> {
    this.sweeping = this.sweeping.then(() => this.run());
    return this.sweeping;
  }

  private async run(): Promise<void> {
    try {
      for (const ids of batches(await this.due(), BATCH)) {
        const { manager } = this.dataSource;
        const over = await manager.find(JobEntity, {
          where: { id: In(ids), state: In([...OVER]) },
          select: { id: true },
        });
        for (const { id } of over) await this.remove(id);
        const ended = await manager.find(JobEntity, {
          where: { id: In(ids), state: In([...WITHOUT_UPLOADS]) },
          select: { id: true },
        });
        for (const { id } of ended) await this.removeUploads(id);
      }
    } catch (error) {
      this.logger.warn(`the work folder could not be tidied: ${String(error)}`);
    }
  }

  /** @returns jobs whose folders are to be looked at now: those that have ended, or all when it is time for that */
  private async due(): Promise<number[]> {
    const ended = [...this.ended];
    this.ended.clear();
    if (!this.lookAtAll) return ended;
    this.lookAtAll = false;
    this.lookedAt = Date.now();
    return this.jobFolders();
  }

  /** By the name that a node gives its jobs' folders. */
  private async jobFolders(): Promise<number[]> {
    const names = await readdir(this.config.workFolder).catch(() => []);
    return names.flatMap((name) => {
      const match = /^job-([1-9]\d{0,14})$/.exec(name);
      return match?.[1] === undefined ? [] : [Number(match[1])];
    });
  }

  private async removeUploads(jobId: number): Promise<void> {
    const folder = jobFolderOf(this.config.workFolder, jobId);
    const uploads = (await readdir(folder).catch(() => [])).filter((name) => parseUploadName(name) !== null);
    if (uploads.length === 0) return;
    const state = In([...WITHOUT_UPLOADS]);
    if (!(await this.dataSource.manager.existsBy(JobEntity, { id: jobId, state }))) return;
    for (const name of uploads) await rm(path.join(folder, name), { force: true });
    // Not empty when the node that works here has left something.
    await rmdir(folder).catch(() => undefined);
  }

  private async remove(jobId: number): Promise<void> {
    // It may have been run again a moment ago.
    const over = await this.dataSource.manager.existsBy(JobEntity, { id: jobId, state: In([...OVER]) });
    if (!over) return;
    const folder = jobFolderOf(this.config.workFolder, jobId);
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      this.logger.warn(`${folder} could not be removed: ${String(error)}`);
    });
  }
}
