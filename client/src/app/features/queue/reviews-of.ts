import { DestroyRef, effect, inject, signal, type Signal } from '@angular/core';
import type { Job, Review } from '#contracts';
import { JobsApi } from '../../core/api/jobs.api';

/** Requests under way at once: the rest of the page needs the connection, too. */
const AT_ONCE = 3;

/**
 * Fetches what the jobs of a page in review came to, a few at a time and each once, as long as the job stays what it
 * is. A job without an entry is not there yet; null: it could not be had. Needs an injection context.
 */
export function reviewsOf(jobs: Signal<readonly Job[]>): Signal<ReadonlyMap<number, Review | null>> {
  const api = inject(JobsApi);
  const reviews = signal<ReadonlyMap<number, Review | null>>(new Map());
  /** by job, which state of it was asked for */
  const asked = new Map<number, string>();
  const waiting: Job[] = [];
  let underWay = 0;
  let over = false;
  inject(DestroyRef).onDestroy(() => {
    over = true;
  });

  const next = (): void => {
    const job = over || underWay >= AT_ONCE ? undefined : waiting.shift();
    if (!job) return;
    underWay += 1;
    void api
      .reviewOnce(job.id)
      .catch(() => null)
      .then((review) => {
        underWay -= 1;
        reviews.update((known) => new Map([...known, [job.id, review]]));
        next();
      });
    next();
  };

  effect(() => {
    for (const job of jobs()) {
      if (asked.get(job.id) === job.updatedAt) continue;
      asked.set(job.id, job.updatedAt);
      waiting.push(job);
    }
    next();
  });
  return reviews.asReadonly();
}
