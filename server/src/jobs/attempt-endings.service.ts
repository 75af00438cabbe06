import { Injectable } from '@nestjs/common';
import { isFinal, type JobState, type Reason } from '#contracts';
import { In, IsNull, Not, type EntityManager } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { DbWriter } from '../database/db-writer.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import { attemptStory } from './attempt-story.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { JobTransitionError, transition } from './job-transition.js';
import { JobEntity } from './job.entity.js';
import { DEFAULT_MAX_ATTEMPTS } from './jobs.service.js';
import { PROFILE_REPEATS, stopRepeating } from './repeating-profiles.js';
import { isFreeLoss, pauseAfter, policyOf } from './retry-policy.js';

/** Attempts that a story is told of; the newest. */
const MAX_ATTEMPTS_READ = 50;

/** States in which no attempt has begun: there is none to end, and none used up. */
const NOT_BEGUN: readonly JobState[] = ['pending', 'queued'];

/** What becomes of a job when an attempt ends other than well. All of it inside the caller's transaction. */
@Injectable()
export class AttemptEndings {
  constructor(
    private readonly writer: DbWriter,
    private readonly config: AppConfig,
    private readonly events: EventBus,
  ) {}

  /** Ends a job as better left alone, and remembers that at its file. */
  async endSkipped(manager: EntityManager, jobId: number, reason: Reason): Promise<void> {
    const { state } = await manager.findOneByOrFail(JobEntity, { id: jobId });
    // What a queued job's last attempt came to is another story.
    if (!NOT_BEGUN.includes(state)) await this.endAttempt(manager, jobId, 'skipped', reason);
    const job = await transition(manager, jobId, 'skipped', {
      reasonCode: reason.code,
      reasonMessage: reason.message,
    });
    await this.markFile(manager, job, 'skipped', reason);
    await this.stopIfRepeating(manager, job, reason);
  }

  /**
   * Ends an attempt badly. What follows is in `retry-policy`: another after a pause, a longer wait, or the end.
   * @param retryable what the node says of an error that the table does not know
   */
  async endFailed(manager: EntityManager, jobId: number, error: Reason, retryable: boolean): Promise<void> {
    const policy = policyOf(error.code, retryable);
    if (policy === 'wait') {
      await this.defer(manager, jobId, error);
      return;
    }
    await this.endAttempt(manager, jobId, 'failed', error);
    const job = await transition(manager, jobId, 'failed', reasonPatch(error));
    if (policy === 'retry' && job.attempt < job.maxAttempts) {
      await transition(manager, jobId, 'pending', {
        nodeId: null,
        leaseHash: null,
        leaseExpiresAt: null,
        deferredSince: null,
        notBefore: Date.now() + this.retryDelay(job),
      });
      return;
    }
    await this.failForGood(manager, jobId, {
      code: error.code,
      message: await this.story(manager, jobId, error),
    });
  }

  /** Nobody knows what became of the node: the next one may begin at once. */
  async endLost(manager: EntityManager, job: JobEntity, reason: Reason): Promise<void> {
    await this.endAttempt(manager, job.id, 'lost', reason);
    const maxAttempts = job.maxAttempts + ((await this.isFreeLoss(manager, job.id)) ? 1 : 0);
    if (job.attempt < maxAttempts) {
      await transition(manager, job.id, 'pending', { nodeId: null, leaseExpiresAt: null, maxAttempts });
      return;
    }
    await this.failForGood(manager, job.id, {
      code: reason.code,
      message: await this.story(manager, job.id, reason),
    });
  }

  /**
   * A node says how an attempt ended that it may have been taken for lost in. Such an attempt counts again.
   * @returns the job's `maxAttempts` as it is now
   */
  async comesLate(manager: EntityManager, job: JobEntity): Promise<number> {
    if (!NOT_BEGUN.includes(job.state) || !(await this.isFreeLoss(manager, job.id))) return job.maxAttempts;
    const maxAttempts = job.maxAttempts - 1;
    await manager.update(JobEntity, { id: job.id }, { maxAttempts });
    return maxAttempts;
  }

  /**
   * Puts a job off until something outside of it changes: a full disk, a share that is not mounted. Each time for as long
   * again as it has waited already (5 minutes to 6 hours); no attempt is used up, and what has been made or delivered is kept. After two
   * weeks it has failed.
   * A job that nobody has begun (`pending`, `queued`) can be put off as well.
   * @throws JobTransitionError for a job that has ended: putting it off would run it again
   */
  async defer(manager: EntityManager, jobId: number, reason: Reason): Promise<void> {
    const job = await manager.findOneByOrFail(JobEntity, { id: jobId });
    if (isFinal(job.state)) throw new JobTransitionError(jobId, job.state, 'pending');
    const now = Date.now();
    const since = (await this.waitsFor(manager, job)) === reason.code ? (job.deferredSince ?? now) : now;
    const begun = !NOT_BEGUN.includes(job.state);
    if (begun) await this.endAttempt(manager, jobId, 'deferred', reason);
    const pause = pauseAfter(reason.code, now - since);
    if (pause === null) {
      if (job.state === 'queued') await transition(manager, jobId, 'pending', { nodeId: null });
      const days = Math.round((now - since) / 86_400_000);
      const from = new Date(since).toISOString().slice(0, 10);
      const message = `it was put off for ${days} days, since ${from}, and nothing has changed: ${reason.message}`;
      await this.failForGood(manager, jobId, { code: reason.code, message });
      return;
    }
    const patch = {
      ...reasonPatch(reason),
      nodeId: null,
      // What ended by a word of the node or of the server is over; only a lost attempt may still bring its work.
      leaseHash: null,
      leaseExpiresAt: null,
      deferredSince: since,
      notBefore: now + pause,
      ...(begun ? { maxAttempts: job.maxAttempts + 1 } : {}),
    };
    if (job.state === 'pending') await manager.update(JobEntity, { id: jobId }, { ...patch, updatedAt: now });
    else await transition(manager, jobId, 'pending', patch);
  }

  /** @param outcome for the attempt's row; an attempt that has ended keeps the moment at which it did */
  async endAttempt(
    manager: EntityManager,
    jobId: number,
    outcome: string,
    error: Reason | null,
  ): Promise<void> {
    const last = await manager.findOne(JobAttemptEntity, { where: { jobId }, order: { number: 'DESC' } });
    if (last === null) return;
    await manager.update(
      JobAttemptEntity,
      { id: last.id },
      {
        endedAt: last.endedAt ?? Date.now(),
        outcome,
        errorCode: error?.code ?? null,
        errorMessage: error?.message ?? null,
      },
    );
  }

  /** By the number of attempts that the job has used up, not by how often it was handed out. */
  private retryDelay(job: JobEntity): number {
    const delays = this.config.retryDelaysMs;
    const usedUp = DEFAULT_MAX_ATTEMPTS - (job.maxAttempts - job.attempt);
    return delays[Math.max(0, Math.min(usedUp, delays.length) - 1)] ?? 0;
  }

  /** What a job that was put off waits for; a claim clears the job's own reason, its attempts keep theirs. */
  private async waitsFor(manager: EntityManager, job: JobEntity): Promise<string | null> {
    if (job.deferredSince === null) return null;
    if (job.reasonCode !== null) return job.reasonCode;
    const last = await manager.findOne(JobAttemptEntity, {
      where: { jobId: job.id, outcome: 'deferred' },
      order: { number: 'DESC' },
    });
    return last?.errorCode ?? null;
  }

  private async isFreeLoss(manager: EntityManager, jobId: number): Promise<boolean> {
    const newest = await manager.find(JobAttemptEntity, {
      where: { jobId },
      order: { number: 'DESC' },
      take: MAX_ATTEMPTS_READ,
    });
    return isFreeLoss(newest.map(({ outcome }) => outcome));
  }

  private async failForGood(manager: EntityManager, jobId: number, reason: Reason): Promise<void> {
    const job = await transition(manager, jobId, 'failed_permanent', reasonPatch(reason));
    await this.markFile(manager, job, 'failed', reason);
    await this.stopIfRepeating(manager, job, reason);
  }

  private async story(manager: EntityManager, jobId: number, last: Reason): Promise<string> {
    const newest = await manager.find(JobAttemptEntity, {
      where: { jobId, outcome: In(['failed', 'lost']), errorMessage: Not(IsNull()) },
      order: { number: 'DESC' },
      take: MAX_ATTEMPTS_READ,
    });
    return newest.length > 1 ? attemptStory(newest.reverse()) : last.message;
  }

  private async markFile(
    manager: EntityManager,
    job: JobEntity,
    status: 'skipped' | 'failed',
    reason: Reason,
  ): Promise<void> {
    if (job.fileId === null || job.parentId !== null || !isFinal(job.state)) return;
    await manager.update(
      MediaFileEntity,
      { id: job.fileId },
      {
        status,
        reasonCode: reason.code,
        reasonMessage: reason.message,
        profileHash: job.profileHash,
        updatedAt: Date.now(),
      },
    );
  }

  /** What has been found out with one file is true of every other that the same profile is for. */
  private async stopIfRepeating(manager: EntityManager, job: JobEntity, reason: Reason): Promise<void> {
    if (reason.code !== PROFILE_REPEATS) return;
    await stopRepeating(manager, job, reason.message);
    this.writer.afterCommit(() => {
      this.events.emit('changed', { resource: 'job' });
    });
  }
}

function reasonPatch(reason: Reason): { reasonCode: string; reasonMessage: string } {
  return { reasonCode: reason.code, reasonMessage: reason.message };
}
