import { Injectable, Logger } from '@nestjs/common';
import type { Reason } from '#contracts';
import { DataSource, In, LessThan } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { AttemptEndings } from './attempt-endings.service.js';
import { JobLogStore } from './job-log.store.js';
import { JobProgressStore } from './job-progress.store.js';
import { JobEntity } from './job.entity.js';
import { JobsService } from './jobs.service.js';
import { HELD_STATES, LEASE_SECONDS } from './lease-terms.js';

/** Takes jobs back from nodes that are gone without a word. */
@Injectable()
export class LostLeases {
  private readonly logger = new Logger('Lease');

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly jobs: JobsService,
    private readonly endings: AttemptEndings,
    private readonly log: JobLogStore,
    private readonly progress: JobProgressStore,
  ) {}

  /** Takes back the leases that nobody has renewed. Called on a timer. */
  async expire(): Promise<void> {
    const dead = await this.dataSource.manager.findBy(JobEntity, {
      state: In([...HELD_STATES]),
      leaseExpiresAt: LessThan(Date.now()),
    });
    for (const job of dead) await this.lose(job, `no sign of life for ${LEASE_SECONDS} s`, true);
  }

  /** A node has ended: what it was working on goes back into the queue at once. */
  async releaseNode(nodeId: number, why: string): Promise<void> {
    const held = await this.dataSource.manager.findBy(JobEntity, {
      nodeId,
      state: In([...HELD_STATES]),
    });
    for (const job of held) await this.lose(job, why, false);
  }

  /** @param expired then a sign of life that came at the last moment still counts */
  private async lose(job: JobEntity, why: string, expired: boolean): Promise<void> {
    const reason: Reason = { code: 'lease_lost', message: `the node that worked on it is gone: ${why}` };
    const lost = await this.writer.write(async (manager) => {
      const row = await manager.findOneBy(JobEntity, { id: job.id });
      if (row?.attempt !== job.attempt || !HELD_STATES.includes(row.state)) return false;
      if (expired && (row.leaseExpiresAt ?? 0) >= Date.now()) return false;
      await this.endings.endLost(manager, row, reason);
      return true;
    });
    if (!lost) return;
    this.logger.warn(`job ${job.id} (attempt ${job.attempt}): ${reason.message}`);
    await this.log.note(job.id, reason.message);
    this.progress.clear(job.id);
    await this.jobs.announce(job.id);
  }
}
