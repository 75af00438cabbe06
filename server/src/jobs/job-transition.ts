import { canTransition, isFinal, type JobState, type Reason } from '#contracts';
import { IsNull, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { JobEntity } from './job.entity.js';

export class JobTransitionError extends Error {
  constructor(
    readonly jobId: number,
    readonly from: JobState | null,
    readonly to: JobState,
  ) {
    super(
      from === null ? `job ${jobId} no longer exists` : `job ${jobId} is ${from} and cannot become ${to}`,
    );
    this.name = 'JobTransitionError';
  }
}

export type JobPatch = Partial<Omit<JobEntity, 'id' | 'state'>>;

/**
 * The only place that changes a job's state. Reads the row inside the caller's transaction, so that what is
 * allowed is judged by what is true now. A final state also gives the node and the lease back, and a cancelled job's
 * attempt ends with it: nobody else says so.
 * @throws JobTransitionError when contracts' JOB_TRANSITIONS does not allow the change
 */
export async function transition(
  manager: EntityManager,
  jobId: number,
  to: JobState,
  patch: JobPatch = {},
): Promise<JobEntity> {
  const job = await manager.findOneBy(JobEntity, { id: jobId });
  if (job === null) throw new JobTransitionError(jobId, null, to);
  if (!canTransition(job.state, to)) throw new JobTransitionError(jobId, job.state, to);
  const released: JobPatch = isFinal(to)
    ? { leaseExpiresAt: null, notBefore: null, deferredSince: null }
    : {};
  const changes = { ...released, ...patch, state: to, updatedAt: Date.now() };
  await manager.update(JobEntity, { id: jobId }, changes as QueryDeepPartialEntity<JobEntity>);
  if (to === 'cancelled') {
    const ended = { endedAt: changes.updatedAt, outcome: 'cancelled' };
    await manager.update(JobAttemptEntity, { jobId, endedAt: IsNull() }, ended);
  }
  return Object.assign(job, changes);
}

/**
 * Ends every job that waits to be worked on with a profile, and says so at their files: one statement each, however
 * many there are.
 */
export async function skipWaiting(
  manager: EntityManager,
  profileHash: string,
  reason: Reason,
): Promise<void> {
  const now = Date.now();
  await manager.query(
    `UPDATE "media_file" SET "status" = 'skipped', "reasonCode" = ?, "reasonMessage" = ?, "profileHash" = ?,
       "updatedAt" = ?
     WHERE "status" = 'queued' AND "id" IN (SELECT "fileId" FROM "job"
       WHERE "state" IN ('pending', 'queued') AND "profileHash" = ? AND "parentId" IS NULL)`,
    [reason.code, reason.message, profileHash, now, profileHash],
  );
  await manager.query(
    `UPDATE "job" SET "state" = 'skipped', "reasonCode" = ?, "reasonMessage" = ?, "leaseExpiresAt" = NULL,
       "notBefore" = NULL, "deferredSince" = NULL, "updatedAt" = ?
     WHERE "state" IN ('pending', 'queued') AND "profileHash" = ? AND "parentId" IS NULL`,
    [reason.code, reason.message, now, profileHash],
  );
}
