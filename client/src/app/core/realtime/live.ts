import { inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { auditTime, filter, merge, Subject } from 'rxjs';
import type { Job, Page } from '#contracts';
import { JobsApi, type JobListRequest } from '../api/jobs.api';
import type { Loaded } from '../api/loaded';
import { applyJob, applyProgress } from './job-updates';
import { Realtime, type EventPayload } from './realtime.service';

/** ms in which several wishes to fetch again become one. */
const REFETCH_MS = 700;

/**
 * Reloads when the server says that one of `resources` changed, and after a lost connection. Needs an injection context.
 */
export function reloadOnChange(
  target: Pick<Loaded<unknown>, 'reload'>,
  ...resources: EventPayload<'changed'>['resource'][]
): void {
  const realtime = inject(Realtime);
  merge(realtime.resync, realtime.events('changed').pipe(filter((what) => resources.includes(what.resource))))
    .pipe(auditTime(REFETCH_MS), takeUntilDestroyed())
    .subscribe(() => {
      target.reload();
    });
}

/** A page of jobs that follows the server's news. `query` must name the states it wants. Needs an injection context. */
export function liveJobs(
  query: () => JobListRequest & Required<Pick<JobListRequest, 'state'>>,
): Loaded<Page<Job>> {
  const realtime = inject(Realtime);
  const jobs = inject(JobsApi).list(query);
  const stale = new Subject<void>();
  merge(stale, realtime.resync, realtime.events('changed').pipe(filter((what) => what.resource === 'job')))
    .pipe(auditTime(REFETCH_MS), takeUntilDestroyed())
    .subscribe(() => {
      jobs.reload();
    });
  realtime
    .events('job')
    .pipe(takeUntilDestroyed())
    .subscribe((job) => {
      jobs.update((page) => {
        const change = applyJob(page, job, query().state);
        if (change.stale) stale.next();
        return change.page;
      });
    });
  realtime
    .events('progress')
    .pipe(takeUntilDestroyed())
    .subscribe(({ jobId, progress }) => {
      jobs.update((page) => applyProgress(page, jobId, progress));
    });
  return jobs;
}
