import { Component, input, output } from '@angular/core';
import { sentence } from './format/sentence';
import { IconComponent } from './icon.component';

/** What did not work out for one of several files. */
interface Failure {
  name: string;
  message: string;
}

/** Those of several files that something could not be done to. */
export interface Failures {
  heading: string;
  failures: readonly Failure[];
}

/** @returns null where there are none */
export function failuresOf(
  heading: string,
  results: readonly { id: number; message: string | null }[],
  nameOf: (id: number) => string,
): Failures | null {
  if (results.length === 0) return null;
  const failures = results.map(({ id, message }) => ({
    name: nameOf(id),
    message: sentence(message ?? 'the server did not say why'),
  }));
  return { heading, failures };
}

/** After something was done to several files: those that it could not be done to, each with why. */
@Component({
  selector: 'app-failures',
  imports: [IconComponent],
  template: `
    <div class="notice tone-danger" role="alert">
      <app-icon name="error" />
      <div class="words">
        <strong>{{ what().heading }}</strong>
        <ul>
          @for (failure of what().failures; track $index) {
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
  readonly what = input.required<Failures>();
  readonly dismissed = output();
}
