import { Component, computed, input } from '@angular/core';
import type { Tone } from './tone';

/** A word on a tinted ground: a state. */
@Component({
  selector: 'app-badge',
  template: `<ng-content />`,
  host: { '[class]': 'toneClass()' },
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      height: 21px;
      padding: 0 8px;
      border-radius: 999px;
      background: color-mix(in srgb, var(--tone) 13%, transparent);
      color: var(--tone);
      font-size: 12px;
      font-weight: 600;
      line-height: 1;
      white-space: nowrap;
    }
  `,
})
export class BadgeComponent {
  readonly tone = input<Tone>('neutral');
  protected readonly toneClass = computed(() => `tone-${this.tone()}`);
}
