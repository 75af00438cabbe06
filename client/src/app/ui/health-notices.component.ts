import { Component, input } from '@angular/core';
import type { HealthNotice } from '#contracts';
import { IconComponent } from './icon.component';
import type { IconName } from './icons';
import type { Tone } from './tone';

const LOOKS: Readonly<Record<HealthNotice['type'], { tone: Tone; icon: IconName; word: string }>> = {
  ok: { tone: 'success', icon: 'check', word: 'All well' },
  notice: { tone: 'info', icon: 'info', word: 'Notice' },
  warning: { tone: 'warning', icon: 'warning', word: 'Warning' },
  error: { tone: 'danger', icon: 'error', word: 'Error' },
};

/** What the server wants to be looked at. */
@Component({
  selector: 'app-health-notices',
  imports: [IconComponent],
  template: `
    <ul aria-label="Health">
      @for (notice of notices(); track $index) {
        <li class="notice tone-{{ looks[notice.type].tone }}">
          <app-icon [name]="looks[notice.type].icon" />
          <div>
            <p>
              <span class="visually-hidden">{{ looks[notice.type].word }}: </span>{{ notice.message }}
            </p>
            <p class="faint source">{{ notice.source }}</p>
          </div>
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      gap: 8px;
    }

    .source {
      font-size: 12px;
    }
  `,
})
export class HealthNoticesComponent {
  readonly notices = input.required<readonly HealthNotice[]>();
  protected readonly looks = LOOKS;
}
