import { Component, computed, inject, input, numberAttribute, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { FileStatus, MediaFile } from '#contracts';
import { FilesApi, type FileListRequest } from '../../core/api/files.api';
import { LibrariesApi } from '../../core/api/libraries.api';
import { reloadOnChange } from '../../core/realtime/live';
import { BadgeComponent } from '../../ui/badge.component';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { BytesPipe, DurationPipe, SentencePipe } from '../../ui/format/format.pipes';
import { splitPath } from '../../ui/format/path';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { PagerComponent } from '../../ui/pager.component';
import { PathComponent } from '../../ui/path.component';
import { ProblemComponent } from '../../ui/problem.component';
import { pageNumber, queryState } from '../../ui/query-state';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { SortHeaderComponent, type Sort } from '../../ui/sort-header.component';
import { TabsComponent, type Tab } from '../../ui/tabs.component';
import { Toasts } from '../../ui/toasts.service';
import type { Tone } from '../../ui/tone';
import { codecName } from '../history/media-words';

type SortKey = FileListRequest['sortKey'];
type Filter = FileStatus | 'all';

const PAGE_SIZE = 100;

const STATUS_LOOKS: Readonly<Record<FileStatus, { label: string; tone: Tone }>> = {
  new: { label: 'New', tone: 'neutral' },
  waiting: { label: 'Waits', tone: 'neutral' },
  unreadable: { label: 'Unreadable', tone: 'danger' },
  skipped: { label: 'Left as it is', tone: 'neutral' },
  queued: { label: 'Queued', tone: 'info' },
  replaced: { label: 'Replaced', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
  missing: { label: 'Missing', tone: 'warning' },
};

const TABS: readonly Tab<Filter>[] = [
  { value: 'all', label: 'All' },
  { value: 'queued', label: 'Queued' },
  { value: 'replaced', label: 'Replaced' },
  { value: 'skipped', label: 'Left as they are' },
  { value: 'failed', label: 'Failed' },
  { value: 'unreadable', label: 'Unreadable' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'missing', label: 'Missing' },
];

/** Those that may be decided on anew because somebody asks for it. */
const DECIDABLE: readonly FileStatus[] = ['skipped', 'failed', 'unreadable'];

/** The files of one library, with what was decided about each and why. */
@Component({
  selector: 'app-library-files-page',
  imports: [
    BadgeComponent,
    BytesPipe,
    DurationPipe,
    EmptyStateComponent,
    IconComponent,
    PageToolbarComponent,
    PagerComponent,
    PathComponent,
    ProblemComponent,
    RouterLink,
    SentencePipe,
    SkeletonComponent,
    SortHeaderComponent,
    TabsComponent,
  ],
  templateUrl: './library-files.page.html',
  styleUrl: './library-files.page.scss',
})
export class LibraryFilesPage {
  private readonly setQuery = queryState();

  readonly id = input.required({ transform: numberAttribute });
  readonly show = input<Filter, unknown>('all', { transform: filterOf });
  readonly page = input(1, { transform: pageNumber });
  readonly sort = input<SortKey, unknown>('path', {
    transform: (value) => (value === 'size' ? 'size' : 'path'),
  });
  readonly order = input<string>();

  protected readonly tabs = TABS;
  protected readonly looks = STATUS_LOOKS;
  protected readonly pageSize = PAGE_SIZE;
  protected readonly codecName = codecName;
  protected readonly sorting = computed<Sort<SortKey>>(() => ({
    key: this.sort(),
    direction: this.order() === 'descending' ? 'descending' : 'ascending',
  }));
  protected readonly library = inject(LibrariesApi).one(this.id);
  protected readonly heading = computed(() => this.library.value()?.name ?? 'Library');
  /** removed since, or never there */
  protected readonly isGone = computed(() => this.library.problem()?.status === 404);
  private readonly api = inject(FilesApi);
  private readonly toasts = inject(Toasts);
  protected readonly files = this.api.list(() => {
    const show = this.show();
    return {
      libraryId: this.id(),
      page: this.page(),
      pageSize: PAGE_SIZE,
      sortKey: this.sorting().key,
      sortDirection: this.sorting().direction,
      ...(show === 'all' ? {} : { status: show }),
    };
  });

  /** the files that are being decided on */
  protected readonly asked = signal<ReadonlySet<number>>(new Set());

  constructor() {
    reloadOnChange(this.files, 'file', 'library');
  }

  protected decidable(file: MediaFile): boolean {
    return DECIDABLE.includes(file.status);
  }

  protected async queue({ id, path }: MediaFile): Promise<void> {
    const { name } = splitPath(path);
    this.asked.update((ids) => new Set([...ids, id]));
    try {
      const { status, reason } = await this.api.queue(id);
      if (status === 'queued') this.toasts.done(`“${name}” was queued.`);
      else this.toasts.done(`“${name}” is left as it is: ${reason?.message ?? status}`);
    } catch (error) {
      this.toasts.failed(`“${name}” was not queued.`, error);
    } finally {
      this.asked.update((ids) => new Set([...ids].filter((one) => one !== id)));
      this.files.reload();
    }
  }

  protected switchTo(show: Filter): void {
    void this.setQuery({ show: show === 'all' ? null : show, page: null });
  }

  protected turn(page: number): void {
    void this.setQuery({ page: page === 1 ? null : page });
  }

  protected sortBy(sort: Sort<SortKey>): void {
    void this.setQuery({ sort: sort.key, order: sort.direction, page: null });
  }
}

function filterOf(value: unknown): Filter {
  return TABS.find((tab) => tab.value === value)?.value ?? 'all';
}
