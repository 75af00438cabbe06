import { Component, input } from '@angular/core';
import { IconComponent } from './icon.component';
import type { IconName } from './icons';

/** Nothing here yet: why, and (projected) what to do next. */
@Component({
  selector: 'app-empty-state',
  imports: [IconComponent],
  template: `
    <app-icon [name]="icon()" [size]="36" />
    <p class="heading">{{ heading() }}</p>
    <div class="text"><ng-content /></div>
    <ng-content select="[emptyAction]" />
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 8px;
      padding: 48px 24px;
      text-align: center;
    }

    app-icon {
      margin-bottom: 4px;
      color: var(--text-faint);
      opacity: 0.75;
    }

    .heading {
      font-size: 15px;
      font-weight: 600;
    }

    .text {
      max-width: 46ch;
      color: var(--text-muted);
      text-wrap: balance;
    }

    :host ::ng-deep [emptyAction] {
      margin-top: 8px;
    }
  `,
})
export class EmptyStateComponent {
  readonly icon = input.required<IconName>();
  readonly heading = input.required<string>();
}
