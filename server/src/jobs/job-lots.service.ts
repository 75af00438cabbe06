import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Lane, Reason } from '#contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { SettingsService } from '../settings/settings.service.js';
import { JobLotEntity } from './job-lot.entity.js';
import type { Work } from './job-needs.js';

/** Why no node takes a lot's jobs just now. */
export interface LotVerdict extends Reason {
  /** somebody should look at it; false: it is as it was wished to be */
  isProblem: boolean;
}

/** The lane that a lot's jobs are shown in until they are handed out. */
export function laneOf({ slot, large }: Pick<JobLotEntity, 'slot' | 'large'>): Lane {
  const kind = slot === 'gpu' ? 'gpu' : 'cpu';
  return large ? `${kind}-large` : kind;
}

function keyOf(lot: Omit<JobLotEntity, 'id' | 'key'>): string {
  const { pipeline, tools, encoders, filters, gpuEncoders } = lot.needs;
  return JSON.stringify([
    ...[lot.slot, lot.large, lot.libraryId],
    ...[pipeline, tools, encoders, filters, gpuEncoders],
  ]);
}

/** All lots, kept in memory: there are a few for each library, and they are only ever added to while the server runs. */
@Injectable()
export class JobLots implements OnModuleInit {
  private readonly byKey = new Map<string, JobLotEntity>();
  private readonly byId = new Map<number, JobLotEntity>();
  private verdicts: ReadonlyMap<number, LotVerdict> = new Map();

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    @Inject(SettingsService) private readonly settings: Pick<SettingsService, 'nodes'>,
  ) {}

  async onModuleInit(): Promise<void> {
    // Ids are never given twice, so that what is left of a removed library is of no more use.
    await this.writer.write((manager) =>
      manager.query(
        `DELETE FROM "job_lot" WHERE "libraryId" IS NOT NULL AND "libraryId" NOT IN (SELECT "id" FROM "library")`,
      ),
    );
    for (const lot of await this.dataSource.manager.find(JobLotEntity)) this.remember(lot);
  }

  /** All that are known; their number tells whether some were added. */
  get all(): ReadonlyMap<number, JobLotEntity> {
    return this.byId;
  }

  isLarge(size: number): boolean {
    const { largeFrom } = this.settings.nodes;
    return largeFrom > 0 && size >= largeFrom;
  }

  /** The lot that a job belongs to; made when it is the first of its kind. Inside the caller's transaction. */
  async find(
    manager: EntityManager,
    { needs, slot }: Work,
    job: { libraryId: number | null; size: number },
  ): Promise<JobLotEntity> {
    return this.findOrMake(manager, {
      ...{ slot, large: this.isLarge(job.size), libraryId: job.libraryId, needs },
    });
  }

  /** The same kind of work, for the jobs whose size is on the other side of the limit. */
  async twin(manager: EntityManager, { slot, large, libraryId, needs }: JobLotEntity): Promise<JobLotEntity> {
    return this.findOrMake(manager, { slot, large: !large, libraryId, needs });
  }

  /** @returns why nobody takes this lot's jobs just now, or null */
  verdict(lotId: number | null): LotVerdict | null {
    return lotId === null ? null : (this.verdicts.get(lotId) ?? null);
  }

  /** @returns whether a job's reason changes by this */
  judge(verdicts: ReadonlyMap<number, LotVerdict>): boolean {
    const before = this.verdicts;
    this.verdicts = verdicts;
    return (
      before.size !== verdicts.size ||
      [...verdicts].some(([id, { message }]) => before.get(id)?.message !== message)
    );
  }

  private async findOrMake(
    manager: EntityManager,
    wanted: Omit<JobLotEntity, 'id' | 'key'>,
  ): Promise<JobLotEntity> {
    const key = keyOf(wanted);
    const known = this.byKey.get(key) ?? (await manager.findOneBy(JobLotEntity, { key }));
    if (known !== null) return known;
    const lot = manager.create(JobLotEntity, { ...wanted, key });
    await manager.insert(JobLotEntity, lot);
    // A lot that is rolled back was never there.
    this.writer.afterCommit(() => {
      this.remember(lot);
    });
    return lot;
  }

  private remember(lot: JobLotEntity): void {
    this.byKey.set(lot.key, lot);
    this.byId.set(lot.id, lot);
  }
}
