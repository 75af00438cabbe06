import { Component, effect, inject, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import type { Library, ScanStatus } from '#contracts';
import { LibrariesApi, type ScanAction } from '../../core/api/libraries.api';
import { reloadOnChange } from '../../core/realtime/live';
import { Realtime } from '../../core/realtime/realtime.service';
import { ConfirmService } from '../../ui/confirm.service';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { Toasts } from '../../ui/toasts.service';
import { SystemApi } from '../../core/api/system.api';
import { LibraryCardComponent } from './library-card.component';

const DONE: Readonly<Record<ScanAction, string>> = {
  pause: 'Scan paused.',
  resume: 'Scan resumed.',
  cancel: 'Scan cancelled.',
};

/** The libraries with their statistics and scans. */
@Component({
  selector: 'app-libraries-page',
  imports: [
    EmptyStateComponent,
    IconComponent,
    LibraryCardComponent,
    PageToolbarComponent,
    ProblemComponent,
    RouterLink,
    SkeletonComponent,
  ],
  templateUrl: './libraries.page.html',
  styleUrl: './libraries.page.scss',
})
export class LibrariesPage {
  private readonly api = inject(LibrariesApi);
  private readonly system = inject(SystemApi);
  private readonly confirm = inject(ConfirmService);
  private readonly toasts = inject(Toasts);

  protected readonly libraries = this.api.list();
  /** the last scan of each library that is known of */
  protected readonly scans = signal<ReadonlyMap<number, ScanStatus>>(new Map());

  constructor() {
    const realtime = inject(Realtime);
    reloadOnChange(this.libraries, 'library');
    realtime
      .events('scan')
      .pipe(takeUntilDestroyed())
      .subscribe((status) => {
        const before = this.scans().get(status.libraryId)?.state;
        this.keep(status);
        // statistics and the time of the last scan come with the library
        if (before !== status.state) this.libraries.reload();
      });
    // events tell what happens from now on; what is under way already has to be asked for
    effect(() => {
      const libraries = this.libraries.value() ?? [];
      untracked(() => {
        for (const library of libraries) {
          if (library.scanState !== 'idle' && !this.scans().has(library.id)) void this.fetchScan(library.id);
        }
      });
    });
  }

  protected async scan(library: Library): Promise<void> {
    try {
      this.keep(await this.api.scan(library.id));
      this.toasts.done(`Scanning “${library.name}”.`);
    } catch (error) {
      this.toasts.failed(`“${library.name}” is not scanned.`, error);
    }
  }

  protected async scanAll(): Promise<void> {
    try {
      await this.system.run({ name: 'ScanAllLibraries' });
      this.toasts.done('Scanning all libraries.');
    } catch (error) {
      this.toasts.failed('The scan was not started.', error);
    }
  }

  protected async steer(library: Library, action: ScanAction): Promise<void> {
    try {
      this.keep(await this.api.steerScan(library.id, action));
      this.toasts.done(DONE[action]);
    } catch (error) {
      this.toasts.failed(`The scan of “${library.name}” did not change.`, error);
    }
  }

  protected async remove(library: Library): Promise<void> {
    const yes = await this.confirm.ask({
      heading: `Remove “${library.name}”?`,
      text: [
        'No file is deleted: neither your media nor the originals in the trash folder.',
        'Boilarr forgets the library, takes its jobs out of the queue and no longer scans it. The history stays.',
      ],
      confirm: 'Remove library',
      danger: true,
    });
    if (!yes) return;
    try {
      await this.api.remove(library.id);
      this.libraries.update((list) => list.filter((other) => other.id !== library.id));
      this.toasts.done(`“${library.name}” was removed. Its files are where they were.`);
    } catch (error) {
      this.toasts.failed(`“${library.name}” was not removed.`, error);
    }
  }

  private keep(status: ScanStatus): void {
    this.scans.update((scans) => new Map(scans).set(status.libraryId, status));
  }

  private async fetchScan(id: number): Promise<void> {
    try {
      this.keep(await this.api.scanStatus(id));
    } catch {
      // it has just ended; the library itself tells the rest
    }
  }
}
