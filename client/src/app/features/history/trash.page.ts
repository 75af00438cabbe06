import { Component, computed, inject, input, signal } from '@angular/core';
import type { TrashEntry } from '#contracts';
import { LibrariesApi } from '../../core/api/libraries.api';
import { TrashApi, type TrashListRequest } from '../../core/api/trash.api';
import { reloadOnChange } from '../../core/realtime/live';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { FailuresComponent, type Failures } from '../../ui/failures.component';
import { BytesPipe, DayPipe } from '../../ui/format/format.pipes';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { PagerComponent } from '../../ui/pager.component';
import { PathComponent } from '../../ui/path.component';
import { ProblemComponent } from '../../ui/problem.component';
import { pageNumber, queryState } from '../../ui/query-state';
import { Selection } from '../../ui/selection';
import { SelectionBarComponent } from '../../ui/selection-bar.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { SortHeaderComponent, type Sort } from '../../ui/sort-header.component';
import { TabLinksComponent } from '../../ui/tab-links.component';
import { TimeComponent } from '../../ui/time.component';
import { HISTORY_TABS } from './history-tabs';
import { TrashActions } from './trash-actions.service';
import { amount, sizeOf } from './trash-words';

type SortKey = TrashListRequest['sortKey'];

const PAGE_SIZE = 50;

/** The originals that are kept for now: each can be put back, or deleted for good. Which library, page and order is in the address. */
@Component({
  selector: 'app-trash-page',
  imports: [
    BytesPipe,
    DayPipe,
    EmptyStateComponent,
    FailuresComponent,
    IconComponent,
    PageToolbarComponent,
    PagerComponent,
    PathComponent,
    ProblemComponent,
    SelectionBarComponent,
    SkeletonComponent,
    SortHeaderComponent,
    TabLinksComponent,
    TimeComponent,
  ],
  templateUrl: './trash.page.html',
  styleUrl: './trash.page.scss',
})
export class TrashPage {
  private readonly actions = inject(TrashActions);
  private readonly setQuery = queryState();

  readonly page = input(1, { transform: pageNumber });
  readonly sort = input<SortKey, unknown>('at', { transform: (value) => (value === 'size' ? 'size' : 'at') });
  readonly order = input<string>();
  /** a library's id; 0: of all */
  readonly library = input(0, { transform: libraryNumber });

  protected readonly tabs = HISTORY_TABS;
  protected readonly pageSize = PAGE_SIZE;
  protected readonly sorting = computed<Sort<SortKey>>(() => ({
    key: this.sort(),
    direction: this.order() === 'ascending' ? 'ascending' : 'descending',
  }));
  protected readonly trash = inject(TrashApi).list(() => ({
    page: this.page(),
    pageSize: PAGE_SIZE,
    sortKey: this.sorting().key,
    sortDirection: this.sorting().direction,
    ...(this.library() === 0 ? {} : { libraryId: this.library() }),
  }));
  protected readonly libraries = inject(LibrariesApi).list();
  protected readonly chosenLibrary = computed(
    () => this.libraries.value()?.find((library) => library.id === this.library()) ?? null,
  );
  /** bytes that the trash holds, of the library chosen or of all */
  private readonly held = computed(() => {
    const chosen = this.chosenLibrary();
    const libraries = chosen ? [chosen] : (this.libraries.value() ?? []);
    return libraries.reduce((sum, library) => sum + library.statistics.inTrash, 0);
  });
  protected readonly holds = computed(() => amount(this.trash.value()?.totalRecords ?? 0, this.held()));

  private readonly records = computed(() => this.trash.value()?.records ?? []);
  protected readonly selection = new Selection(this.records);
  protected readonly selectedSize = computed(() => sizeOf(this.selection.rows()));
  protected readonly selectedRestorable = computed(() =>
    this.selection.rows().filter((entry) => entry.restorable),
  );
  /** the entries that something is being done to */
  protected readonly busy = signal<ReadonlySet<number>>(new Set());
  protected readonly emptying = signal(false);
  protected readonly failures = signal<Failures | null>(null);

  constructor() {
    reloadOnChange(this.trash, 'history');
    reloadOnChange(this.libraries, 'library', 'history');
  }

  protected async restore(entries: readonly TrashEntry[]): Promise<void> {
    if (await this.actions.askToRestore(entries))
      await this.work(entries, () => this.actions.restore(entries));
  }

  protected async delete(entries: readonly TrashEntry[]): Promise<void> {
    if (await this.actions.askToDelete(entries)) await this.work(entries, () => this.actions.delete(entries));
  }

  protected async empty(): Promise<void> {
    const library = this.chosenLibrary();
    const count = this.trash.value()?.totalRecords ?? 0;
    if (!(await this.actions.askToEmpty(library, count, this.held()))) return;
    this.emptying.set(true);
    await this.work([], () => this.actions.empty(library));
    this.emptying.set(false);
  }

  protected choose(library: string): void {
    void this.setQuery({ library: library === '' ? null : library, page: null });
  }

  protected turn(page: number): void {
    void this.setQuery({ page: page === 1 ? null : page });
  }

  protected sortBy(sort: Sort<SortKey>): void {
    void this.setQuery({ sort: sort.key, order: sort.direction, page: null });
  }

  private async work(entries: readonly TrashEntry[], deed: () => Promise<Failures | null>): Promise<void> {
    const ids = entries.map((entry) => entry.id);
    this.failures.set(null);
    this.busy.update((busy) => new Set([...busy, ...ids]));
    this.failures.set(await deed());
    this.busy.update((busy) => new Set([...busy].filter((id) => !ids.includes(id))));
    this.selection.clear();
    this.trash.reload();
    this.libraries.reload();
  }
}

function libraryNumber(value: unknown): number {
  const id = Number(value);
  return Number.isInteger(id) && id > 0 ? id : 0;
}
