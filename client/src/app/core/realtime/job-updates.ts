import type { Job, JobProgress, JobState, Page } from '#contracts';

/** A page of jobs after a piece of news, and whether it can only be right again after a fetch. */
export interface JobPageChange {
  page: Page<Job>;
  stale: boolean;
}

/**
 * Applies news of one job to a page that shows the jobs in `states`. A job that stays is exchanged in place; one that
 * leaves is taken out at once, and the fetch that follows brings what moves up; one that enters needs the fetch alone,
 * for only the server knows its place in the order.
 */
export function applyJob(page: Page<Job>, job: Job, states: readonly JobState[]): JobPageChange {
  const index = page.records.findIndex((record) => record.id === job.id);
  const belongs = states.includes(job.state);
  if (index < 0) return { page, stale: belongs };
  if (belongs) {
    const moved = page.records[index]?.front !== job.front;
    return { page: { ...page, records: page.records.with(index, job) }, stale: moved };
  }
  const records = page.records.toSpliced(index, 1);
  return { page: { ...page, records, totalRecords: Math.max(0, page.totalRecords - 1) }, stale: true };
}

/** Applies a running job's progress to a page; the same page where the job is not on it. */
export function applyProgress(page: Page<Job>, jobId: number, progress: JobProgress): Page<Job> {
  const index = page.records.findIndex((record) => record.id === jobId);
  const job = page.records[index];
  if (!job) return page;
  return { ...page, records: page.records.with(index, { ...job, progress }) };
}
