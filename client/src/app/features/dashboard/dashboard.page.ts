import { Component, computed, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import { auditTime } from 'rxjs';
import { DashboardApi } from '../../core/api/dashboard.api';
import { HistoryApi } from '../../core/api/history.api';
import { liveJobs, reloadOnChange } from '../../core/realtime/live';
import { Realtime } from '../../core/realtime/realtime.service';
import { HealthStore } from '../../core/health/health.store';
import { DailyChartComponent } from '../../ui/daily-chart.component';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { percentOf } from '../../ui/format/bytes';
import { BytesPipe, CountPipe, SharePipe } from '../../ui/format/format.pipes';
import { HealthNoticesComponent } from '../../ui/health-notices.component';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { PathComponent } from '../../ui/path.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { TimeComponent } from '../../ui/time.component';
import { codecChange } from '../history/media-words';
import { JobProgressComponent } from '../queue/job-progress.component';
import { JOB_GROUPS } from '../queue/job-state';

/** How many jobs at work and how many past ones are shown; the rest is a link away. */
const RUNNING_SHOWN = 12;
const RECENT_SHOWN = 8;
/** ms; jobs change state more often than the sums need to be fetched */
const SUMS_EVERY_MS = 2000;

/** What has been saved, what goes on, what was done last, and what wants attention. */
@Component({
  selector: 'app-dashboard-page',
  imports: [
    BytesPipe,
    CountPipe,
    DailyChartComponent,
    EmptyStateComponent,
    HealthNoticesComponent,
    IconComponent,
    JobProgressComponent,
    PageToolbarComponent,
    PathComponent,
    ProblemComponent,
    RouterLink,
    SharePipe,
    SkeletonComponent,
    TimeComponent,
  ],
  templateUrl: './dashboard.page.html',
  styleUrl: './dashboard.page.scss',
})
export class DashboardPage {
  protected readonly health = inject(HealthStore);
  protected readonly dashboard = inject(DashboardApi).get();
  protected readonly running = liveJobs(() => ({
    page: 1,
    pageSize: RUNNING_SHOWN,
    sortKey: 'createdAt',
    sortDirection: 'ascending',
    state: JOB_GROUPS.active,
  }));
  protected readonly recent = inject(HistoryApi).list(() => ({
    page: 1,
    pageSize: RECENT_SHOWN,
    sortKey: 'at',
    sortDirection: 'descending',
  }));

  /** of what the replaced files once took */
  protected readonly savedShare = computed(() => {
    const sums = this.dashboard.value();
    return sums ? percentOf(sums.saved, sums.replacedSourceSize) : null;
  });
  protected readonly nothingYet = computed(() => {
    const sums = this.dashboard.value();
    return sums?.files === 0 && sums.replacedFiles === 0;
  });

  protected readonly codecChange = codecChange;
  protected readonly percentOf = percentOf;

  constructor() {
    reloadOnChange(this.dashboard, 'dashboard', 'library', 'history');
    reloadOnChange(this.recent, 'history');
    // the numbers of running, queued and failed jobs are sums, too, and have no news of their own
    inject(Realtime)
      .events('job')
      .pipe(auditTime(SUMS_EVERY_MS), takeUntilDestroyed())
      .subscribe(() => {
        this.dashboard.reload();
      });
  }
}
