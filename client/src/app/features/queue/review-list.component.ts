import { Component, computed, inject, input, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Job } from '#contracts';
import type { JobListRequest } from '../../core/api/jobs.api';
import { FailuresComponent, type Failures } from '../../ui/failures.component';
import { percentOf } from '../../ui/format/bytes';
import { BytesPipe, DurationPipe, SharePipe } from '../../ui/format/format.pipes';
import { splitPath } from '../../ui/format/path';
import { IconComponent } from '../../ui/icon.component';
import { PathComponent } from '../../ui/path.component';
import { Selection } from '../../ui/selection';
import { SelectionBarComponent } from '../../ui/selection-bar.component';
import { SortHeaderComponent, type Sort } from '../../ui/sort-header.component';
import { TimeComponent } from '../../ui/time.component';
import { codecChange } from '../history/media-words';
import { RejectDialogComponent } from './reject-dialog.component';
import { ReviewActions } from './review-actions.service';
import { reviewsOf } from './reviews-of';

type SortKey = JobListRequest['sortKey'];

/** The jobs that wait for somebody to approve them, each beside its source. */
@Component({
  selector: 'app-review-list',
  imports: [
    BytesPipe,
    DurationPipe,
    FailuresComponent,
    IconComponent,
    PathComponent,
    RejectDialogComponent,
    RouterLink,
    SelectionBarComponent,
    SharePipe,
    SortHeaderComponent,
    TimeComponent,
  ],
  templateUrl: './review-list.component.html',
  styleUrl: './review-list.component.scss',
})
export class ReviewListComponent {
  private readonly actions = inject(ReviewActions);

  readonly jobs = input.required<readonly Job[]>();
  readonly busy = input.required<boolean>();
  readonly sort = input.required<Sort<SortKey>>();
  readonly sorted = output<Sort<SortKey>>();
  /** something was approved or rejected */
  readonly decided = output();

  /** not what the tab before showed, which stays until this one's jobs have come */
  private readonly waiting = computed(() => this.jobs().filter((job) => job.state === 'in_review'));
  private readonly reviews = reviewsOf(this.waiting);
  protected readonly rows = computed(() =>
    this.waiting().map((job) => ({ job, review: this.reviews().get(job.id) })),
  );
  protected readonly selection = new Selection(this.waiting);
  protected readonly selectedSize = computed(() =>
    this.selection.rows().reduce((sum, job) => sum + job.size, 0),
  );
  /** the jobs that the server is being told about */
  protected readonly deciding = signal<ReadonlySet<number>>(new Set());
  protected readonly rejecting = signal<readonly Job[]>([]);
  protected readonly rejectHeading = computed(() => {
    const [only, ...others] = this.rejecting();
    return only && others.length === 0
      ? `Reject “${splitPath(only.title).name}”?`
      : `Reject ${others.length + 1} encodes?`;
  });
  protected readonly failures = signal<Failures | null>(null);

  protected readonly codecChange = codecChange;
  protected readonly percentOf = percentOf;

  protected async approve(jobs: readonly Job[]): Promise<void> {
    if (await this.actions.askToApprove(jobs)) await this.decide(jobs, () => this.actions.approve(jobs));
  }

  protected async reject(reason: string): Promise<void> {
    const jobs = this.rejecting();
    this.rejecting.set([]);
    await this.decide(jobs, () => this.actions.reject(jobs, reason ? { reason } : {}));
  }

  private async decide(jobs: readonly Job[], deed: () => Promise<Failures | null>): Promise<void> {
    const ids = jobs.map((job) => job.id);
    this.failures.set(null);
    this.deciding.update((deciding) => new Set([...deciding, ...ids]));
    this.failures.set(await deed());
    this.deciding.update((deciding) => new Set([...deciding].filter((id) => !ids.includes(id))));
    this.selection.clear();
    this.decided.emit();
  }
}
