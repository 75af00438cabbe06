import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { deliverRequest, type DeliverRequest, type Reason } from '#contracts';
import PQueue from 'p-queue';
import { DataSource, In, type EntityManager } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { AttemptEndings } from '../jobs/attempt-endings.service.js';
import { JobLogStore } from '../jobs/job-log.store.js';
import { JobTransitionError, transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { JobsService } from '../jobs/jobs.service.js';
import { deliveryFailure } from '../jobs/retry-policy.js';
import { EventBus } from '../realtime/event-bus.js';
import { faultPoint } from '../replace/fault-points.js';
import { PublishService, type PublishOutcome } from '../replace/publish.service.js';
import { RecoveryService } from '../replace/recovery.js';
import { ReplaceFailure } from '../replace/replace-failure.js';
import type { ReplaceOutcome } from '../replace/replace.service.js';
import { ReplacementService } from './replacement.service.js';
import { mustBeReviewed, type ReviewRecord } from './review-record.js';
import { removeStaged } from './staged-files.js';

/** Deliveries worked on at once: they copy and hash, which is the disk's work. */
const CONCURRENCY = 2;

/** States in which a job is the delivery's. */
const TAKEN = ['delivering', 'replacing'] as const;

/** @throws JobTransitionError when somebody has ended the job, or has had it run again, since it was read */
async function assertOurs(manager: EntityManager, { id, state, attempt }: JobEntity): Promise<void> {
  const row = await manager.findOneBy(JobEntity, { id });
  if (row?.state !== state || row.attempt !== attempt)
    throw new JobTransitionError(id, row?.state ?? null, state);
}

/** What the server does with a job once a node has delivered it. */
@Injectable()
export class DeliveryService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Delivery');
  private readonly queue = new PQueue({ concurrency: CONCURRENCY });
  /**
   * waiting or at work here, since two runs of one job would be in each other's way; true: it has been delivered anew
   * meanwhile, as an approval does that comes in the very moment of the question
   */
  private readonly accepted = new Map<number, boolean>();
  private stopListening: (() => void) | undefined;
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly jobs: JobsService,
    private readonly endings: AttemptEndings,
    private readonly log: JobLogStore,
    private readonly replacement: ReplacementService,
    private readonly publishing: PublishService,
    private readonly recovery: RecoveryService,
    private readonly events: EventBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.stopListening = this.events.on('job', (job) => {
      if (job.state === 'delivering') this.accept(job.id);
    });
    // Recovery has run by now, with its module.
    await this.resume();
  }

  /** Ids of the jobs whose results are being taken over, or wait for that. */
  get atWork(): number[] {
    return [...this.accepted.keys()];
  }

  whenIdle(): Promise<void> {
    return this.queue.onIdle();
  }

  /** Settles what an absent share had left open, and goes on with what was delivered. Safe at any time. */
  async settleOpen(): Promise<void> {
    await this.recovery.recover();
    await this.resume();
  }

  /** A job whose journal row is still open (its share is not mounted) stays as it is. */
  private async resume(): Promise<void> {
    const delivered = await this.dataSource.manager.findBy(JobEntity, { state: 'delivering' });
    const stranded = await this.recovery.jobsToRequeue();
    for (const id of [...delivered.map((job) => job.id), ...stranded.map((job) => job.jobId)])
      this.accept(id);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.stopListening?.();
    this.queue.clear();
    // What has begun is finished: a replacement takes seconds, and half of one only makes work for recovery.
    await this.queue.onIdle();
  }

  private accept(jobId: number): void {
    if (this.accepted.has(jobId)) {
      this.accepted.set(jobId, true);
      return;
    }
    this.accepted.set(jobId, false);
    void this.queue.add(async () => {
      try {
        await this.process(jobId);
      } catch (error) {
        await this.fail(jobId, error);
      } finally {
        const again = this.accepted.get(jobId) === true;
        this.accepted.delete(jobId);
        if (again && !this.stopped) this.accept(jobId);
      }
    });
  }

  private async process(jobId: number): Promise<void> {
    const job = await this.take(jobId);
    if (job === null) return;
    const delivery = deliverRequest.parse(job.delivery);
    if (job.state === 'delivering') {
      await this.askForReview(job, delivery);
      return;
    }
    faultPoint('delivery.taken');
    void this.jobs.announce(jobId);
    switch (job.ending) {
      case 'replace':
        await this.replace(job, delivery);
        return;
      case 'publish':
        await this.publish(job, delivery);
        return;
      case 'none':
        await this.complete(job);
    }
  }

  /** @returns a job in `replacing`, or in `delivering` when somebody has to be asked first; null: it is no longer ours */
  private take(jobId: number): Promise<JobEntity | null> {
    return this.writer.write(async (manager) => {
      const row = await manager.findOneBy(JobEntity, { id: jobId });
      if (row?.state !== 'delivering') return row?.state === 'replacing' ? row : null;
      return (await mustBeReviewed(manager, row)) ? row : transition(manager, jobId, 'replacing');
    });
  }

  /** What would be refused anyhow is refused now; the rest waits, and the library is not touched. */
  private async askForReview(job: JobEntity, delivery: DeliverRequest): Promise<void> {
    try {
      const found = await this.replacement.examine(job, delivery);
      if (found.kind !== 'acceptable') {
        await this.settle(job, delivery, found);
        return;
      }
      const { source, output, finalPath } = found;
      const review: ReviewRecord = { source, output, finalPath, since: Date.now() };
      await this.writer.write(async (manager) => {
        await assertOurs(manager, job);
        await transition(manager, job.id, 'in_review', {
          delivery: { ...job.delivery, review },
          leaseExpiresAt: null,
          reasonCode: null,
          reasonMessage: null,
        });
      });
      await this.log.note(job.id, `waits for somebody to approve ${finalPath}`);
      await this.jobs.announce(job.id);
    } catch (error) {
      // Cancelled while it was looked at, and perhaps run again: its work folder goes, or is in use, without us.
      if (error instanceof JobTransitionError) return;
      throw error;
    }
  }

  private async replace(job: JobEntity, delivery: DeliverRequest): Promise<void> {
    const outcome = await this.replacement.replace(job, delivery);
    if (outcome.kind === 'replaced') {
      for (const warning of outcome.warnings) await this.log.note(job.id, `warning: ${warning}`);
      await this.log.note(job.id, `replaced: ${outcome.finalPath}`);
    }
    await this.settle(job, delivery, outcome);
  }

  private async publish(job: JobEntity, delivery: DeliverRequest): Promise<void> {
    if (job.publishRoot === null) throw new Error('the job publishes, but nobody said where to');
    const outcome = await this.publishing.publish({ job, root: job.publishRoot, outputs: delivery.outputs });
    if (outcome.kind === 'published') await this.log.note(job.id, `published: ${outcome.paths.join(', ')}`);
    await this.settle(job, delivery, outcome);
  }

  /** A good ending has completed the job already, in the transaction that it was part of. */
  private async settle(
    job: JobEntity,
    delivery: DeliverRequest,
    outcome: ReplaceOutcome | PublishOutcome,
  ): Promise<void> {
    if (outcome.kind === 'rejected') {
      await this.log.note(job.id, `not taken over: ${outcome.reason.message}`);
      await this.writer.write(async (manager) => {
        await assertOurs(manager, job);
        if (outcome.retryable) await this.endBadly(manager, job, outcome.reason);
        else await this.endings.endSkipped(manager, job.id, outcome.reason);
      });
    } else if (outcome.kind === 'deferred') {
      await this.log.note(job.id, `waits: ${outcome.reason.message}`);
      await this.writer.write(async (manager) => {
        await assertOurs(manager, job);
        await this.endings.defer(manager, job.id, outcome.reason);
      });
    }
    if (outcome.kind !== 'deferred') await removeStaged(delivery);
    for (const resource of ['library', 'history', 'dashboard', 'file'] as const)
      this.events.emit('changed', { resource });
    await this.jobs.announce(job.id);
  }

  /** An output that somebody wanted and that is lost is worth another attempt, however many there have been. */
  private async endBadly(manager: EntityManager, job: JobEntity, reason: Reason): Promise<void> {
    if (job.approvedAt !== null && job.attempt >= job.maxAttempts)
      await manager.update(JobEntity, { id: job.id }, { maxAttempts: job.attempt + 1 });
    await this.endings.endFailed(manager, job.id, reason, true);
  }

  private async complete(job: JobEntity): Promise<void> {
    await this.writer.write(async (manager) => {
      await transition(manager, job.id, 'completed');
      if (job.parentId !== null) await this.jobs.recountChildren(manager, job.parentId);
    });
    await this.jobs.announce(job.id);
    if (job.parentId !== null) await this.jobs.announce(job.parentId);
  }

  private async fail(jobId: number, error: unknown): Promise<void> {
    const reason = deliveryFailure(error);
    this.logger.error(`job ${jobId}: ${reason.message}`);
    try {
      await this.log.note(jobId, reason.message);
      // Half done and not to be undone just now: recovery settles it, and nobody may begin anew before.
      if (error instanceof ReplaceFailure && error.open) return;
      await this.writer.write(async (manager) => {
        // Cancelled meanwhile, and perhaps run again: what went wrong here is nobody's business any more.
        if (await manager.existsBy(JobEntity, { id: jobId, state: In([...TAKEN]) }))
          await this.endings.endFailed(manager, jobId, reason, true);
      });
      await this.jobs.announce(jobId);
    } catch (second) {
      this.logger.error(`job ${jobId} could not even be marked as failed: ${String(second)}`);
    }
  }
}
