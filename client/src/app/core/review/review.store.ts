import { computed, inject, Service } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { auditTime, filter, merge } from 'rxjs';
import { JobsApi } from '../api/jobs.api';
import { Realtime } from '../realtime/realtime.service';

/** ms in which several pieces of news become one fetch */
const REFETCH_MS = 2000;

/** How many jobs wait for somebody to approve them, for the sidebar and the queue. The shell provides it: it ends with the session. */
@Service({ autoProvided: false })
export class ReviewStore {
  // the shortest page there is: only its total is of interest
  private readonly jobs = inject(JobsApi).list(() => ({
    page: 1,
    pageSize: 1,
    sortKey: 'updatedAt',
    sortDirection: 'ascending',
    state: ['in_review'],
  }));
  readonly waiting = computed(() => this.jobs.value()?.totalRecords ?? 0);

  constructor() {
    const realtime = inject(Realtime);
    merge(
      realtime.resync,
      realtime.events('changed').pipe(filter(({ resource }) => resource === 'job')),
      // one comes, or one of those that wait may have gone
      realtime.events('job').pipe(filter((job) => job.state === 'in_review' || this.waiting() > 0)),
    )
      .pipe(auditTime(REFETCH_MS), takeUntilDestroyed())
      .subscribe(() => {
        this.jobs.reload();
      });
  }

  /** Counts at once, after something was done here. */
  recount(): void {
    this.jobs.reload();
  }
}
