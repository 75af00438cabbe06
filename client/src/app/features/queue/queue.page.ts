import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Job } from '#contracts';
import type { JobListRequest } from '../../core/api/jobs.api';
import { liveJobs } from '../../core/realtime/live';
import { ReviewStore } from '../../core/review/review.store';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { BytesPipe, CountPipe, SentencePipe, SharePipe } from '../../ui/format/format.pipes';
import { percentOf } from '../../ui/format/bytes';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { PagerComponent } from '../../ui/pager.component';
import { PathComponent } from '../../ui/path.component';
import { ProblemComponent } from '../../ui/problem.component';
import { pageNumber, queryState } from '../../ui/query-state';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { SortHeaderComponent, type Sort } from '../../ui/sort-header.component';
import { TabsComponent, type Tab } from '../../ui/tabs.component';
import { TimeComponent } from '../../ui/time.component';
import { JobActions } from './job-actions.service';
import { JobBadgeComponent } from './job-badge.component';
import { JobProgressComponent } from './job-progress.component';
import { canCancel, canMoveToFront, canRerun, JOB_GROUPS, type JobGroup } from './job-state';
import { ReviewListComponent } from './review-list.component';

type SortKey = JobListRequest['sortKey'];

const PAGE_SIZE = 50;
/** In review each row is compared with its source, which takes a request of its own. */
const REVIEW_PAGE_SIZE = 25;

const TABS: readonly Tab<JobGroup>[] = [
  { value: 'active', label: 'Active' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'review', label: 'Review' },
  { value: 'failed', label: 'Failed' },
  { value: 'done', label: 'Done' },
];

/** Each tab's order until a column's head is pressed. */
const FIRST_SORT: Readonly<Record<JobGroup, Sort<SortKey>>> = {
  active: { key: 'createdAt', direction: 'ascending' },
  waiting: { key: 'priority', direction: 'descending' },
  review: { key: 'updatedAt', direction: 'ascending' },
  failed: { key: 'updatedAt', direction: 'descending' },
  done: { key: 'updatedAt', direction: 'descending' },
};

/** All jobs, a tab a group of states. Which tab, page and order is in the address. */
@Component({
  selector: 'app-queue-page',
  imports: [
    BytesPipe,
    CountPipe,
    EmptyStateComponent,
    IconComponent,
    JobBadgeComponent,
    JobProgressComponent,
    PageToolbarComponent,
    PagerComponent,
    PathComponent,
    ProblemComponent,
    ReviewListComponent,
    RouterLink,
    SentencePipe,
    SharePipe,
    SkeletonComponent,
    SortHeaderComponent,
    TabsComponent,
    TimeComponent,
  ],
  templateUrl: './queue.page.html',
  styleUrl: './queue.page.scss',
})
export class QueuePage {
  private readonly actions = inject(JobActions);
  private readonly setQuery = queryState();

  readonly show = input('active', { transform: groupOf });
  readonly page = input(1, { transform: pageNumber });
  readonly sort = input<SortKey | undefined, unknown>(undefined, { transform: sortKeyOf });
  readonly order = input<string>();

  private readonly review = inject(ReviewStore);
  protected readonly tabs = computed(() =>
    TABS.map((tab) => (tab.value === 'review' ? { ...tab, count: this.review.waiting() } : tab)),
  );
  protected readonly pageSize = computed(() => (this.show() === 'review' ? REVIEW_PAGE_SIZE : PAGE_SIZE));
  protected readonly sorting = computed<Sort<SortKey>>(() => {
    const key = this.sort();
    if (!key) return FIRST_SORT[this.show()];
    return { key, direction: this.order() === 'ascending' ? 'ascending' : 'descending' };
  });
  protected readonly jobs = liveJobs(() => ({
    page: this.page(),
    pageSize: this.pageSize(),
    sortKey: this.sorting().key,
    sortDirection: this.sorting().direction,
    state: JOB_GROUPS[this.show()],
  }));
  /** What a job's place in the whole queue is, is only known while the list is in that order. */
  protected readonly numbered = computed(
    () => this.show() === 'waiting' && this.sorting().key === 'priority',
  );
  protected readonly firstNumber = computed(() => (this.page() - 1) * this.pageSize() + 1);

  protected readonly canCancel = canCancel;
  protected readonly canMoveToFront = canMoveToFront;
  protected readonly canRerun = canRerun;
  protected readonly percentOf = percentOf;

  protected switchTo(show: JobGroup): void {
    void this.setQuery({ show: show === 'active' ? null : show, page: null, sort: null, order: null });
  }

  protected turn(page: number): void {
    void this.setQuery({ page: page === 1 ? null : page });
  }

  protected sortBy(sort: Sort<SortKey>): void {
    void this.setQuery({ sort: sort.key, order: sort.direction, page: null });
  }

  protected decided(): void {
    this.jobs.reload();
    this.review.recount();
  }

  protected async moveToFront(job: Job): Promise<void> {
    if (await this.actions.moveToFront(job)) this.jobs.reload();
  }

  protected async cancel(job: Job): Promise<void> {
    if (await this.actions.cancel(job)) this.jobs.reload();
  }

  protected async rerun(job: Job): Promise<void> {
    if (await this.actions.rerun(job)) this.jobs.reload();
  }
}

function groupOf(value: unknown): JobGroup {
  return TABS.find((tab) => tab.value === value)?.value ?? 'active';
}

function sortKeyOf(value: unknown): SortKey | undefined {
  const keys: readonly SortKey[] = ['priority', 'updatedAt', 'createdAt', 'size'];
  return keys.find((key) => key === value);
}
