import type { Job, JobStep } from '#contracts';

/** Why a job does not begin yet, and when it may. */
export interface JobWait {
  heading: string;
  /** ISO 8601 */
  until: string;
  /** ISO 8601; since when it has been put off for the same reason; null: it is a pause between two attempts */
  since: string | null;
}

/** @returns null for a job that does not wait for a point in time, seen from `now` (ms since the epoch) */
export function waitOf(
  job: Pick<Job, 'state' | 'notBefore' | 'deferredSince' | 'attempt'>,
  now: number,
): JobWait | null {
  const waits = job.state === 'pending' || job.state === 'failed';
  if (!waits || job.notBefore === null || Date.parse(job.notBefore) <= now) return null;
  if (job.deferredSince !== null)
    return { heading: 'Put off', until: job.notBefore, since: job.deferredSince };
  const heading = job.attempt > 0 ? 'Pauses before the next attempt' : 'Waits';
  return { heading, until: job.notBefore, since: null };
}

/**
 * From which step a job that waits goes on, so that nothing is done twice: the first that is not completed, or the last.
 * @returns its index; null: the beginning
 */
export function firstOpenStep(steps: readonly Pick<JobStep, 'index' | 'state'>[]): number | null {
  const open = steps.find((step) => step.state !== 'completed') ?? steps.at(-1);
  return open === undefined || open.index === 0 ? null : open.index;
}
