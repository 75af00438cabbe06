import { inject, Service } from '@angular/core';
import type { Job, RejectRequest, ReviewManyResponse } from '#contracts';
import { JobsApi } from '../../core/api/jobs.api';
import { ConfirmService } from '../../ui/confirm.service';
import { failuresOf, type Failures } from '../../ui/failures.component';
import { formatBytes, formatCount } from '../../ui/format/bytes';
import { splitPath } from '../../ui/format/path';
import { Toasts } from '../../ui/toasts.service';

/** What a person can say to encodes that wait for them. A deed gives null where all went well. */
@Service()
export class ReviewActions {
  private readonly api = inject(JobsApi);
  private readonly confirm = inject(ConfirmService);
  private readonly toasts = inject(Toasts);

  /** One can be had back from the trash by one click, so that only several are asked about. */
  async askToApprove(jobs: readonly Job[]): Promise<boolean> {
    if (jobs.length === 1) return true;
    const size = jobs.reduce((sum, job) => sum + job.size, 0);
    return this.confirm.ask({
      heading: `Approve ${formatCount(jobs.length)} encodes?`,
      text: [
        `Each takes its original's place once all checks have passed again. The originals, ${formatBytes(size)}, go into the trash.`,
      ],
      confirm: 'Approve',
    });
  }

  approve(jobs: readonly Job[]): Promise<Failures | null> {
    return this.decide(jobs, this.api.approve(idsOf(jobs)), 'Approved', 'Not approved');
  }

  reject(jobs: readonly Job[], request: RejectRequest): Promise<Failures | null> {
    return this.decide(jobs, this.api.reject(idsOf(jobs), request), 'Rejected', 'Not rejected');
  }

  private async decide(
    jobs: readonly Job[],
    answer: Promise<ReviewManyResponse>,
    good: string,
    bad: string,
  ): Promise<Failures | null> {
    try {
      const { results } = await answer;
      const done = results.filter((result) => result.done).length;
      if (done > 0) this.toasts.done(`${good}: ${whatOf(jobs, done)}.`);
      const failed = results.filter((result) => !result.done);
      return failuresOf(`${bad}: ${whatOf(jobs, failed.length)}`, failed, nameAmong(jobs));
    } catch (error) {
      this.toasts.failed(`${bad}: ${whatOf(jobs, jobs.length)}.`, error);
      return null;
    }
  }
}

function idsOf(jobs: readonly Job[]): number[] {
  return jobs.map((job) => job.id);
}

function nameAmong(jobs: readonly Job[]): (id: number) => string {
  return (id) => splitPath(jobs.find((job) => job.id === id)?.title ?? `Job ${id}`).name;
}

/** One by its name, several by their count. */
function whatOf(jobs: readonly Job[], count: number): string {
  const [only, ...others] = jobs;
  if (only && others.length === 0) return `“${splitPath(only.title).name}”`;
  return count === 1 ? '1 encode' : `${formatCount(count)} encodes`;
}
