import { Component, computed, inject, input } from '@angular/core';
import { Clock } from '../core/browser/clock.service';
import { formatFull, formatRelative } from './format/time';

/** A point in time as seen from now; in full in the title. */
@Component({
  selector: 'app-time',
  template: `
    @if (at(); as iso) {
      <time [attr.datetime]="iso" [title]="full()">{{ relative() }}</time>
    } @else {
      <span class="faint">{{ otherwise() }}</span>
    }
  `,
  styles: `
    :host {
      white-space: nowrap;
    }
  `,
})
export class TimeComponent {
  private readonly clock = inject(Clock);

  /** ISO 8601, or null where it has not happened */
  readonly at = input.required<string | null>();
  readonly otherwise = input('never');

  private readonly ms = computed(() => Date.parse(this.at() ?? ''));
  protected readonly relative = computed(() => formatRelative(this.ms(), this.clock.now()));
  protected readonly full = computed(() => formatFull(this.ms()));
}
