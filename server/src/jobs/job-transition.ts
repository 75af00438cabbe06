import { canTransition, isFinal, type JobState } from '#contracts';
import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
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
 * allowed is judged by what is true now. A final state also gives the node and the lease back.
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
  const released: JobPatch = isFinal(to) ? { leaseExpiresAt: null, notBefore: null } : {};
  const changes = { ...released, ...patch, state: to, updatedAt: Date.now() };
  await manager.update(JobEntity, { id: jobId }, changes as QueryDeepPartialEntity<JobEntity>);
  return Object.assign(job, changes);
}
