import { inject, Service } from '@angular/core';
import type { Job, RerunRequest } from '#contracts';
import { JobsApi } from '../../core/api/jobs.api';
import { ConfirmService } from '../../ui/confirm.service';
import { splitPath } from '../../ui/format/path';
import { Toasts } from '../../ui/toasts.service';
import { isActive } from './job-state';

/** What a person can do to a job, with the questions before and the news after. Each gives the job as it is then, or null. */
@Service()
export class JobActions {
  private readonly api = inject(JobsApi);
  private readonly confirm = inject(ConfirmService);
  private readonly toasts = inject(Toasts);

  moveToFront(job: Job): Promise<Job | null> {
    return this.attempt(
      this.api.moveToFront(job.id),
      'Moved to the front of the queue.',
      'The job was not moved.',
    );
  }

  rerun(job: Job, request: RerunRequest = {}): Promise<Job | null> {
    return this.attempt(
      this.api.rerun(job.id, request),
      'Put back into the queue.',
      'The job was not put back.',
    );
  }

  async cancel(job: Job): Promise<Job | null> {
    const yes = await this.confirm.ask({
      heading: 'Cancel this job?',
      text: [
        splitPath(job.title).name,
        job.state === 'in_review' || isActive(job.state)
          ? 'The work done so far is thrown away. Your file stays as it is.'
          : 'It leaves the queue. Your file stays as it is.',
      ],
      confirm: 'Cancel job',
      cancel: 'Keep it',
      danger: true,
    });
    if (!yes) return null;
    return this.attempt(this.api.cancel(job.id), 'Cancelled.', 'The job was not cancelled.');
  }

  private async attempt(request: Promise<Job>, done: string, failed: string): Promise<Job | null> {
    try {
      const job = await request;
      this.toasts.done(done);
      return job;
    } catch (error) {
      this.toasts.failed(failed, error);
      return null;
    }
  }
}
