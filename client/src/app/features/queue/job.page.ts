import { Component, computed, inject, input, numberAttribute, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import { auditTime, filter, merge } from 'rxjs';
import { JobsApi } from '../../core/api/jobs.api';
import { Clock } from '../../core/browser/clock.service';
import { Realtime } from '../../core/realtime/realtime.service';
import { percentOf } from '../../ui/format/bytes';
import { BytesPipe, DurationPipe, SentencePipe, SharePipe } from '../../ui/format/format.pipes';
import { splitPath } from '../../ui/format/path';
import { secondsBetween } from '../../ui/format/time';
import { BadgeComponent } from '../../ui/badge.component';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { TimeComponent } from '../../ui/time.component';
import { JobActions } from './job-actions.service';
import { JobBadgeComponent } from './job-badge.component';
import { JobLogComponent } from './job-log.component';
import { JobProgressComponent } from './job-progress.component';
import {
  attemptLook,
  canCancel,
  canMoveToFront,
  canRerun,
  isActive,
  jobLook,
  readable,
  shownSteps,
  STEP_TONES,
} from './job-state';
import { firstOpenStep, waitOf } from './job-wait';
import { RerunDialogComponent } from './rerun-dialog.component';
import { ReviewCardComponent } from './review-card.component';

/** ms in which several pieces of news become one fetch */
const REFETCH_MS = 500;

/** One job: where it stands, its steps and attempts, and its log. */
@Component({
  selector: 'app-job-page',
  imports: [
    BadgeComponent,
    BytesPipe,
    DurationPipe,
    IconComponent,
    JobBadgeComponent,
    JobLogComponent,
    JobProgressComponent,
    PageToolbarComponent,
    ProblemComponent,
    RerunDialogComponent,
    ReviewCardComponent,
    RouterLink,
    SentencePipe,
    SharePipe,
    SkeletonComponent,
    TimeComponent,
  ],
  templateUrl: './job.page.html',
  styleUrl: './job.page.scss',
})
export class JobPage {
  private readonly actions = inject(JobActions);
  private readonly clock = inject(Clock);
  readonly id = input.required({ transform: numberAttribute });

  protected readonly source = inject(JobsApi).one(this.id);
  /** not the job shown before, while the next one is on its way */
  protected readonly job = computed(() => {
    const job = this.source.value();
    return job?.id === this.id() ? job : undefined;
  });
  protected readonly name = computed(() => splitPath(this.job()?.title ?? '').name);
  protected readonly active = computed(() => isActive(this.job()?.state ?? 'completed'));
  protected readonly choosingStep = signal(false);

  protected readonly steps = computed(() => {
    const job = this.job();
    return (job ? shownSteps(job) : []).map((step) => ({
      ...step,
      label: readable(step.name),
      tone: STEP_TONES[step.state],
      seconds: secondsBetween(
        step.startedAt,
        step.endedAt,
        step.state === 'running' ? this.clock.now() : Date.parse(step.startedAt ?? ''),
      ),
    }));
  });

  protected readonly attempts = computed(
    () =>
      this.job()
        ?.attempts.map((attempt) => ({
          ...attempt,
          look: attemptLook(attempt),
          seconds: secondsBetween(attempt.startedAt, attempt.endedAt, this.clock.now()),
        }))
        .toReversed() ?? [],
  );
  protected readonly wait = computed(() => {
    const job = this.job();
    return job ? waitOf(job, this.clock.now()) : null;
  });
  /** the tone of what the job says for itself */
  protected readonly reasonTone = computed(() => {
    const job = this.job();
    if (!job || (this.wait() === null && job.state === 'pending')) return 'neutral';
    return this.wait() ? 'warning' : jobLook(job.state).tone;
  });

  protected readonly canCancel = canCancel;
  protected readonly canMoveToFront = canMoveToFront;
  protected readonly canRerun = canRerun;
  protected readonly percentOf = percentOf;
  protected readonly readable = readable;

  constructor() {
    const realtime = inject(Realtime);
    const news = realtime
      .events('job')
      .pipe(filter((job) => job.id === this.id() || job.parentId === this.id()));
    news.pipe(takeUntilDestroyed()).subscribe((job) => {
      if (job.id === this.id()) this.source.update((detail) => ({ ...detail, ...job }));
    });
    realtime
      .events('progress')
      .pipe(
        filter(({ jobId }) => jobId === this.id()),
        takeUntilDestroyed(),
      )
      .subscribe(({ progress }) => {
        // steps and attempts are not in the news: a new step means that they are out of date
        if (progress.stepIndex !== this.job()?.progress?.stepIndex) this.source.reload();
        this.source.update((detail) => ({ ...detail, progress }));
      });
    merge(news, realtime.resync)
      .pipe(auditTime(REFETCH_MS), takeUntilDestroyed())
      .subscribe(() => {
        this.source.reload();
      });
  }

  protected reload(): void {
    this.source.reload();
  }

  protected async moveToFront(): Promise<void> {
    const job = this.job();
    if (job && (await this.actions.moveToFront(job))) this.source.reload();
  }

  protected async cancel(): Promise<void> {
    const job = this.job();
    if (job && (await this.actions.cancel(job))) this.source.reload();
  }

  /** Ends a pause. What has been worked out is kept. */
  protected tryNow(): Promise<void> {
    return this.rerun(firstOpenStep(this.job()?.steps ?? []));
  }

  protected async rerun(fromStep: number | null): Promise<void> {
    this.choosingStep.set(false);
    const job = this.job();
    if (job && (await this.actions.rerun(job, fromStep === null ? {} : { fromStep }))) this.source.reload();
  }
}
