import { Component, computed, inject, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { HistoryEntry } from '#contracts';
import { HistoryApi, type HistoryListRequest } from '../../core/api/history.api';
import { reloadOnChange } from '../../core/realtime/live';
import { BadgeComponent } from '../../ui/badge.component';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { BytesPipe, SentencePipe, SharePipe } from '../../ui/format/format.pipes';
import { percentOf } from '../../ui/format/bytes';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { PagerComponent } from '../../ui/pager.component';
import { PathComponent } from '../../ui/path.component';
import { ProblemComponent } from '../../ui/problem.component';
import { pageNumber, queryState } from '../../ui/query-state';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { SortHeaderComponent, type Sort } from '../../ui/sort-header.component';
import { TabLinksComponent } from '../../ui/tab-links.component';
import { TimeComponent } from '../../ui/time.component';
import { HistoryDetailComponent } from './history-detail.component';
import { HISTORY_TABS } from './history-tabs';
import { codecChange, EVENT_LOOKS } from './media-words';

type SortKey = HistoryListRequest['sortKey'];

const PAGE_SIZE = 50;

/** Everything that was replaced, put back, or undone after a crash. Which page and order is in the address. */
@Component({
  selector: 'app-history-page',
  imports: [
    BadgeComponent,
    BytesPipe,
    EmptyStateComponent,
    HistoryDetailComponent,
    IconComponent,
    PageToolbarComponent,
    PagerComponent,
    PathComponent,
    ProblemComponent,
    RouterLink,
    SentencePipe,
    SharePipe,
    SkeletonComponent,
    SortHeaderComponent,
    TabLinksComponent,
    TimeComponent,
  ],
  templateUrl: './history.page.html',
  styleUrl: './history.page.scss',
})
export class HistoryPage {
  private readonly setQuery = queryState();

  readonly page = input(1, { transform: pageNumber });
  readonly sort = input<SortKey, unknown>('at', {
    transform: (value) => (value === 'saving' ? 'saving' : 'at'),
  });
  readonly order = input<string>();

  protected readonly tabs = HISTORY_TABS;
  protected readonly pageSize = PAGE_SIZE;
  protected readonly sorting = computed<Sort<SortKey>>(() => ({
    key: this.sort(),
    direction: this.order() === 'ascending' ? 'ascending' : 'descending',
  }));
  protected readonly history = inject(HistoryApi).list(() => ({
    page: this.page(),
    pageSize: PAGE_SIZE,
    sortKey: this.sorting().key,
    sortDirection: this.sorting().direction,
  }));
  protected readonly open = signal<ReadonlySet<number>>(new Set());

  protected readonly codecChange = codecChange;
  protected readonly looks = EVENT_LOOKS;

  constructor() {
    reloadOnChange(this.history, 'history');
  }

  protected savedShare(entry: HistoryEntry): number | null {
    return percentOf(entry.saving, entry.source.size);
  }

  protected toggle(id: number): void {
    this.open.update((open) =>
      open.has(id) ? new Set([...open].filter((other) => other !== id)) : new Set([...open, id]),
    );
  }

  protected turn(page: number): void {
    void this.setQuery({ page: page === 1 ? null : page });
  }

  protected sortBy(sort: Sort<SortKey>): void {
    void this.setQuery({ sort: sort.key, order: sort.direction, page: null });
  }
}
