import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Reason } from '#contracts';
import { DataSource, In } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { NodeEntity } from '../nodes/node.entity.js';
import { SettingsService } from '../settings/settings.service.js';
import { AttemptEndings } from './attempt-endings.service.js';
import { JobLogStore } from './job-log.store.js';
import { JobProgressStore } from './job-progress.store.js';
import { JobEntity } from './job.entity.js';
import { JobsService } from './jobs.service.js';
import { HELD_STATES } from './lease-terms.js';

const LOOK_EVERY_MS = 5000;
const MINUTE_MS = 60_000;

/**
 * Takes jobs back from nodes that are there and renew their leases while nothing comes of the work: a program that hangs in a way that
 * no watchdog on the node has seen. A job that waits for a slot, or rests with its node, is not one of these.
 */
@Injectable()
export class StalledClaims implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Lease');
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly jobs: JobsService,
    private readonly endings: AttemptEndings,
    private readonly log: JobLogStore,
    private readonly progress: JobProgressStore,
    @Inject(SettingsService) private readonly settings: Pick<SettingsService, 'nodes'>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.takeBack()
        .catch((error: unknown) => {
          this.logger.warn(`could not look for jobs that stand still: ${String(error)}`);
        })
        .finally(() => {
          this.looking = null;
        });
    }, LOOK_EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Ends the attempts of which nothing has been heard for as long as the setting says. */
  async takeBack(): Promise<void> {
    const minutes = this.settings.nodes.staleAfterMinutes;
    const held = await this.dataSource.manager.findBy(JobEntity, { state: In([...HELD_STATES]) });
    for (const job of held) {
      // Asked in any case: this is what begins to count after a restart.
      const silentMs = this.progress.silentMs(job.id);
      if (minutes > 0 && silentMs >= minutes * MINUTE_MS) await this.take(job, minutes);
    }
  }

  private async take(job: JobEntity, minutes: number): Promise<void> {
    const node =
      job.nodeId === null ? null : await this.dataSource.manager.findOneBy(NodeEntity, { id: job.nodeId });
    const step = this.progress.get(job.id)?.step;
    const reason: Reason = {
      code: 'stalled_claim',
      message:
        `nothing has moved for ${span(minutes)}${step === undefined ? '' : ` in ${step}`}, although ` +
        `${node?.name ?? 'its node'} is there: it was taken from it`,
    };
    const taken = await this.writer.write(async (manager) => {
      const row = await manager.findOneBy(JobEntity, { id: job.id });
      if (row?.attempt !== job.attempt || !HELD_STATES.includes(row.state)) return false;
      // A sign of life that came at the last moment still counts.
      if (this.progress.silentMs(job.id) < minutes * MINUTE_MS) return false;
      await this.endings.endFailed(manager, job.id, reason, true);
      return true;
    });
    if (!taken) return;
    this.logger.warn(`job ${job.id} (attempt ${job.attempt}): ${reason.message}`);
    await this.log.note(job.id, reason.message);
    this.progress.clear(job.id);
    await this.jobs.announce(job.id);
  }
}

function span(minutes: number): string {
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
