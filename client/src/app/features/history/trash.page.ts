import { Component, computed, inject, input, signal } from '@angular/core';
import type { TrashEntry } from '#contracts';
import { TrashApi, type TrashListRequest } from '../../core/api/trash.api';
import { reloadOnChange } from '../../core/realtime/live';
import { ConfirmService } from '../../ui/confirm.service';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { BytesPipe } from '../../ui/format/format.pipes';
import { splitPath } from '../../ui/format/path';
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
import { Toasts } from '../../ui/toasts.service';
import { HISTORY_TABS } from './history-tabs';

type SortKey = TrashListRequest['sortKey'];

const PAGE_SIZE = 50;

/** The originals that are kept for now, each of which can be put back. */
@Component({
  selector: 'app-trash-page',
  imports: [
    BytesPipe,
    EmptyStateComponent,
    IconComponent,
    PageToolbarComponent,
    PagerComponent,
    PathComponent,
    ProblemComponent,
    SkeletonComponent,
    SortHeaderComponent,
    TabLinksComponent,
    TimeComponent,
  ],
  templateUrl: './trash.page.html',
  styleUrl: './trash.page.scss',
})
export class TrashPage {
  private readonly api = inject(TrashApi);
  private readonly confirm = inject(ConfirmService);
  private readonly toasts = inject(Toasts);
  private readonly setQuery = queryState();

  readonly page = input(1, { transform: pageNumber });
  readonly sort = input<SortKey, unknown>('at', { transform: (value) => (value === 'size' ? 'size' : 'at') });
  readonly order = input<string>();

  protected readonly tabs = HISTORY_TABS;
  protected readonly pageSize = PAGE_SIZE;
  protected readonly sorting = computed<Sort<SortKey>>(() => ({
    key: this.sort(),
    direction: this.order() === 'ascending' ? 'ascending' : 'descending',
  }));
  protected readonly trash = this.api.list(() => ({
    page: this.page(),
    pageSize: PAGE_SIZE,
    sortKey: this.sorting().key,
    sortDirection: this.sorting().direction,
  }));
  /** the entries that are on their way back */
  protected readonly restoring = signal<ReadonlySet<number>>(new Set());

  constructor() {
    reloadOnChange(this.trash, 'history');
  }

  protected async restore(entry: TrashEntry): Promise<void> {
    const { name } = splitPath(entry.originalPath);
    const yes = await this.confirm.ask({
      heading: 'Put the original back?',
      text: [
        entry.originalPath,
        'The original takes its place in the library again, and the smaller file goes into the trash instead. The file is then left alone until its job is run again.',
      ],
      confirm: 'Put it back',
    });
    if (!yes) return;
    this.restoring.update((ids) => new Set([...ids, entry.id]));
    try {
      await this.api.restore(entry.id);
      this.toasts.done(`“${name}” is back in its place.`);
    } catch (error) {
      this.toasts.failed(`“${name}” was not put back.`, error);
    } finally {
      this.restoring.update((ids) => new Set([...ids].filter((id) => id !== entry.id)));
      this.trash.reload();
    }
  }

  protected turn(page: number): void {
    void this.setQuery({ page: page === 1 ? null : page });
  }

  protected sortBy(sort: Sort<SortKey>): void {
    void this.setQuery({ sort: sort.key, order: sort.direction, page: null });
  }
}
