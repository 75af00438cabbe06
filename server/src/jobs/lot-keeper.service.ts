import { setImmediate as turn } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { EventBus } from '../realtime/event-bus.js';
import { SettingEntity } from '../settings/setting.entity.js';
import { SettingsService } from '../settings/settings.service.js';
import { JobLots, laneOf } from './job-lots.service.js';
import { workOf } from './job-needs.js';
import { JobEntity, WAITS } from './job.entity.js';

/** Jobs of one transaction: others want to write as well. */
const BATCH = 500;

/** Which limit the lots were last sorted by, so that a start has nothing to look through. */
const SORTED_BY = 'lots.largeFrom';

interface SizedJob {
  id: number;
  size: number;
  lotId: number;
}

/** Gives jobs a lot that have none, and another when the limit for large files is changed. In batches, beside all else. */
@Injectable()
export class LotKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Lots');
  private stopListening: () => void = () => undefined;
  private adopting: Promise<void> | null = null;
  private sorting: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly events: EventBus,
    @Inject(SettingsService) private readonly settings: Pick<SettingsService, 'nodes'>,
    private readonly lots: JobLots,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.events.on('nodesSettings', () => {
      this.sort();
    });
    this.sort();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    await this.settled();
  }

  /** Resolves when nothing is left to be done. */
  async settled(): Promise<void> {
    while (this.sorting !== null || this.adopting !== null) await (this.sorting ?? this.adopting);
  }

  /** Looks for waiting jobs without a lot: from before there were lots, or run again since. Costs next to nothing when there are none. */
  adopt(): void {
    if (this.stopped) return;
    this.adopting ??= this.adoptAll()
      .catch((error: unknown) => {
        this.logger.error(`waiting jobs were not sorted into lots: ${String(error)}`);
      })
      .finally(() => {
        this.adopting = null;
      });
  }

  private async adoptAll(): Promise<void> {
    while (!this.stopped) {
      const adopted = await this.writer.write(async (manager) => {
        const jobs = await manager
          .createQueryBuilder(JobEntity, 'job')
          .where(`"job"."lotId" IS NULL AND ${WAITS}`)
          .limit(BATCH)
          .getMany();
        for (const job of jobs) {
          const lot = await this.lots.find(manager, workOf(job, job.lane), job);
          await manager.update(JobEntity, { id: job.id }, { lotId: lot.id, lane: laneOf(lot) });
        }
        return jobs.length;
      });
      if (adopted === 0) return;
      this.events.emit('changed', { resource: 'job' });
      await turn();
    }
  }

  private sort(): void {
    this.again = true;
    this.sorting ??= this.sortUntilDone()
      .catch((error: unknown) => {
        this.logger.error(`jobs were not sorted by size anew: ${String(error)}`);
      })
      .finally(() => {
        this.sorting = null;
      });
  }

  private async sortUntilDone(): Promise<void> {
    while (this.isAskedAgain()) {
      const { largeFrom } = this.settings.nodes;
      const row = await this.dataSource.manager.findOneBy(SettingEntity, { key: SORTED_BY });
      if (row?.value === largeFrom) continue;
      if (!(await this.sortAll())) continue;
      await this.writer.write((manager) =>
        manager.upsert(SettingEntity, { key: SORTED_BY, value: largeFrom }, ['key']),
      );
      this.events.emit('changed', { resource: 'job' });
    }
  }

  private isAskedAgain(): boolean {
    const asked = this.again && !this.stopped;
    this.again = false;
    return asked;
  }

  /** Also ended jobs, which may be run again. @returns false when it was interrupted */
  private async sortAll(): Promise<boolean> {
    for (let last = 0; ;) {
      if (this.again || this.stopped) return false;
      const jobs = await this.dataSource.manager.query<SizedJob[]>(
        `SELECT "id", "size", "lotId" FROM "job" WHERE "id" > ? AND "lotId" IS NOT NULL ORDER BY "id" LIMIT ${BATCH}`,
        [last],
      );
      const end = jobs.at(-1);
      if (end === undefined) return true;
      last = end.id;
      await this.move(jobs);
      await turn();
    }
  }

  private async move(jobs: readonly SizedJob[]): Promise<void> {
    const moved = jobs.filter(
      ({ lotId, size }) => (this.lots.all.get(lotId)?.large ?? null) === !this.lots.isLarge(size),
    );
    if (moved.length === 0) return;
    await this.writer.write(async (manager) => {
      for (const lot of new Set(moved.map(({ lotId }) => this.lots.all.get(lotId)))) {
        if (lot === undefined) continue;
        const twin = await this.lots.twin(manager, lot);
        const ids = moved.filter(({ lotId }) => lotId === lot.id).map(({ id }) => id);
        await manager.query(
          `UPDATE "job" SET "lotId" = ?, "lane" = CASE "state" WHEN 'pending' THEN ? ELSE "lane" END
           WHERE "id" IN (SELECT "value" FROM json_each(?)) AND "lotId" = ?`,
          [twin.id, laneOf(twin), JSON.stringify(ids), lot.id],
        );
      }
    });
  }
}
