import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Library, ScanStatus } from '#contracts';
import type { ScanAction } from '../../core/api/libraries.api';
import { BadgeComponent } from '../../ui/badge.component';
import { BytesPipe, CountPipe, IntervalPipe } from '../../ui/format/format.pipes';
import { IconComponent } from '../../ui/icon.component';
import { ProgressBarComponent } from '../../ui/progress-bar.component';
import { TimeComponent } from '../../ui/time.component';
import { scanView } from './scan-progress';

/** One library: what is in it, what became of it, and its scan. */
@Component({
  selector: 'app-library-card',
  imports: [
    BadgeComponent,
    BytesPipe,
    CountPipe,
    IconComponent,
    IntervalPipe,
    ProgressBarComponent,
    RouterLink,
    TimeComponent,
  ],
  templateUrl: './library-card.component.html',
  styleUrl: './library-card.component.scss',
})
export class LibraryCardComponent {
  readonly library = input.required<Library>();
  readonly scan = input<ScanStatus>();
  readonly scanned = output();
  readonly steered = output<ScanAction>();
  readonly removed = output();

  protected readonly view = computed(() => {
    const scan = this.scan();
    return scan ? scanView(scan) : undefined;
  });
  protected readonly scanning = computed(
    () => this.view()?.running ?? this.library().scanState === 'running',
  );
  protected readonly paused = computed(() => this.view()?.paused ?? this.library().scanState === 'paused');
  /** the parts of all files, for the bar: in per cent, the rest is what nothing was decided about yet */
  protected readonly parts = computed(() => {
    const { files, replaced, skipped, queued, failed, unreadable } = this.library().statistics;
    const share = (count: number): number => (files > 0 ? Math.min(100, (count / files) * 100) : 0);
    return [
      { key: 'replaced', tone: 'success', percent: share(replaced) },
      { key: 'queued', tone: 'info', percent: share(queued) },
      { key: 'failed', tone: 'danger', percent: share(failed) },
      { key: 'unreadable', tone: 'warning', percent: share(unreadable) },
      { key: 'skipped', tone: 'neutral', percent: share(skipped) },
    ];
  });
}
