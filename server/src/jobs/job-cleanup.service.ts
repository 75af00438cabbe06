import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { JobLogStore } from './job-log.store.js';
import { JobStepEntity } from './job-step.entity.js';
import { JobEntity } from './job.entity.js';

/** Jobs removed in one transaction: others want to write as well. */
const BATCH = 500;

/** Forgets jobs that ended long ago, with their steps and logs. History keeps what became of the files. */
@Injectable()
export class JobCleanupService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly logs: JobLogStore,
  ) {}

  /**
   * Jobs that failed for good stay: somebody has to look at them.
   * @param before ms since the epoch
   * @returns how many were removed
   */
  async removeEndedBefore(before: number): Promise<number> {
    let removed = 0;
    for (;;) {
      const rows = await this.dataSource.manager.find(JobEntity, {
        where: { state: In(['completed', 'skipped', 'cancelled']), updatedAt: LessThan(before) },
        select: { id: true },
        take: BATCH,
      });
      if (rows.length === 0) return removed;
      const ids = rows.map((row) => row.id);
      await this.writer.write(async (manager) => {
        await manager.delete(JobStepEntity, { jobId: In(ids) });
        await manager.delete(JobAttemptEntity, { jobId: In(ids) });
        await manager.delete(JobEntity, { id: In(ids) });
      });
      for (const id of ids) await this.logs.remove(id);
      removed += ids.length;
    }
  }
}
