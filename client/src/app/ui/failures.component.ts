import { Component, input, output } from '@angular/core';
import { IconComponent } from './icon.component';

/** What did not work out for one of several files. */
export interface Failure {
  name: string;
  message: string;
}

/** After something was done to several files: those that it could not be done to, each with why. */
@Component({
  selector: 'app-failures',
  imports: [IconComponent],
  template: `
    <div class="notice tone-danger" role="alert">
      <app-icon name="error" />
      <div class="words">
        <strong>{{ heading() }}</strong>
        <ul>
          @for (failure of failures(); track $index) {
            <li>
              <bdi class="name">{{ failure.name }}</bdi>
              <p class="muted">{{ failure.message }}</p>
            </li>
          }
        </ul>
      </div>
      <button type="button" class="icon-button" aria-label="Dismiss" (click)="dismissed.emit()">
        <app-icon name="close" [size]="16" />
      </button>
    </div>
  `,
  styles: `
    .words {
      flex: 1;
      min-width: 0;
    }

    ul {
      display: grid;
      gap: 6px;
      max-height: 320px;
      margin-top: 6px;
      overflow-y: auto;
    }

    .name {
      font-weight: 500;
    }

    .notice .icon-button {
      flex: none;
      margin: -4px -6px 0 0;
    }
  `,
})
export class FailuresComponent {
  readonly heading = input.required<string>();
  readonly failures = input.required<readonly Failure[]>();
  readonly dismissed = output();
}
