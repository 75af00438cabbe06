import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { AuthService } from '../auth/auth.service.js';
import { CommandEntity } from '../commands/command.entity.js';
import { WebhookDeliveryEntity } from '../connect/webhook-delivery.entity.js';
import { DbWriter } from '../database/db-writer.js';
import { JobCleanupService } from '../jobs/job-cleanup.service.js';
import { JournalCleanup } from '../replace/journal-cleanup.service.js';
import { TasksService } from './tasks.service.js';

const DAY_SECONDS = 24 * 3600;
const KEEP_MS = 30 * DAY_SECONDS * 1000;
const KEEP_JOBS_MS = 90 * DAY_SECONDS * 1000;

/** Throws away what nobody will ask for again, so that no table grows for ever. */
@Injectable()
export class HousekeepingTask implements OnModuleInit {
  constructor(
    private readonly tasks: TasksService,
    private readonly auth: AuthService,
    private readonly writer: DbWriter,
    private readonly jobs: JobCleanupService,
    private readonly journal: JournalCleanup,
  ) {}

  onModuleInit(): void {
    this.tasks.add({ name: 'Housekeeping', intervalSeconds: DAY_SECONDS, run: () => this.run() });
  }

  private async run(): Promise<void> {
    await this.auth.forgetExpired();
    const before = Date.now() - KEEP_MS;
    await this.jobs.removeEndedBefore(Date.now() - KEEP_JOBS_MS);
    await this.journal.removeClosedBefore(Date.now() - KEEP_JOBS_MS);
    await this.writer.write(async (manager) => {
      await manager.delete(CommandEntity, { queuedAt: LessThan(before) });
      await manager.delete(WebhookDeliveryEntity, {
        state: In(['delivered', 'given_up']),
        nextAttemptAt: LessThan(before),
      });
    });
  }
}
