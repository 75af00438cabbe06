import { Component, computed, inject, input, output, signal } from '@angular/core';
import type { Job } from '#contracts';
import { JobsApi } from '../../core/api/jobs.api';
import { ReviewStore } from '../../core/review/review.store';
import { FailuresComponent, type Failures } from '../../ui/failures.component';
import { percentOf } from '../../ui/format/bytes';
import { BitRatePipe, BytesPipe, DurationPipe, SharePipe } from '../../ui/format/format.pipes';
import { splitPath } from '../../ui/format/path';
import { IconComponent } from '../../ui/icon.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { TimeComponent } from '../../ui/time.component';
import { audioWords, codecName } from '../history/media-words';
import { RejectDialogComponent } from './reject-dialog.component';
import { ReviewActions } from './review-actions.service';
import { ReviewStillsComponent } from './review-stills.component';

/** An encode that waits for somebody to approve it: what it is beside its source, and the two answers. */
@Component({
  selector: 'app-review-card',
  imports: [
    BitRatePipe,
    BytesPipe,
    DurationPipe,
    FailuresComponent,
    IconComponent,
    ProblemComponent,
    RejectDialogComponent,
    ReviewStillsComponent,
    SharePipe,
    SkeletonComponent,
    TimeComponent,
  ],
  templateUrl: './review-card.component.html',
  styleUrl: './review-card.component.scss',
})
export class ReviewCardComponent {
  private readonly actions = inject(ReviewActions);
  private readonly store = inject(ReviewStore);

  readonly job = input.required<Job>();
  /** it was approved or rejected */
  readonly decided = output();

  protected readonly jobId = computed(() => this.job().id);
  protected readonly source = inject(JobsApi).review(this.jobId);
  /** not that of the job shown before, while the next one is on its way */
  protected readonly review = computed(() => {
    const review = this.source.value();
    return review?.job.id === this.jobId() ? review : undefined;
  });
  protected readonly sides = computed(() => {
    const review = this.review();
    return review
      ? [
          { heading: 'Now', path: review.sourcePath, facts: review.source },
          { heading: 'After approval', path: review.finalPath, facts: review.output },
        ]
      : [];
  });
  protected readonly name = computed(() => splitPath(this.job().title).name);
  protected readonly rejecting = signal(false);
  protected readonly deciding = signal(false);
  protected readonly failures = signal<Failures | null>(null);

  protected readonly audioWords = audioWords;
  protected readonly codecName = codecName;
  protected readonly percentOf = percentOf;

  protected approve(): Promise<void> {
    return this.decide(() => this.actions.approve([this.job()]));
  }

  protected reject(reason: string): Promise<void> {
    this.rejecting.set(false);
    return this.decide(() => this.actions.reject([this.job()], reason ? { reason } : {}));
  }

  private async decide(deed: () => Promise<Failures | null>): Promise<void> {
    this.deciding.set(true);
    this.failures.set(await deed());
    this.deciding.set(false);
    this.store.recount();
    this.decided.emit();
  }
}
