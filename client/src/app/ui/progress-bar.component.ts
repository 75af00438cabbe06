import { Component, computed, input } from '@angular/core';
import type { Tone } from './tone';

/** How far something is; without a percentage it only shows that something goes on. */
@Component({
  selector: 'app-progress-bar',
  template: `<span class="bar" [class.unknown]="percent() === null" [style.width.%]="width()"></span>`,
  host: {
    role: 'progressbar',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    '[attr.aria-valuenow]': 'rounded()',
    '[attr.aria-label]': 'label()',
    '[class]': 'toneClass()',
  },
  styles: `
    :host {
      display: block;
      height: 6px;
      border-radius: 3px;
      background: var(--track);
      overflow: hidden;
    }

    .bar {
      display: block;
      height: 100%;
      border-radius: 3px;
      background: var(--tone);
      transition: width 0.4s linear;
    }

    .unknown {
      animation: slide 1.6s ease-in-out infinite;
    }

    @keyframes slide {
      from {
        transform: translateX(-100%);
      }
      to {
        transform: translateX(334%);
      }
    }
  `,
})
export class ProgressBarComponent {
  /** 0 to 100; null: cannot be told */
  readonly percent = input.required<number | null>();
  readonly label = input.required<string>();
  readonly tone = input<Tone>('accent');

  protected readonly toneClass = computed(() => `tone-${this.tone()}`);
  protected readonly width = computed(() => {
    const percent = this.percent();
    return percent === null ? 30 : Math.min(100, Math.max(0, percent));
  });
  protected readonly rounded = computed(() => (this.percent() === null ? null : Math.round(this.width())));
}
