import { Component, input, output } from '@angular/core';
import type { ApiProblem } from '../core/api/api-problem';
import { IconComponent } from './icon.component';

/** Something could not be fetched: why, and another try, unless there is nothing to be had. */
@Component({
  selector: 'app-problem',
  imports: [IconComponent],
  template: `
    <div class="notice tone-danger" role="alert">
      <app-icon name="error" />
      <div class="words">
        <strong>{{ heading() }}</strong>
        <p>{{ problem().message }}</p>
        @if (problem().description; as description) {
          <p class="muted description">{{ description }}</p>
        }
      </div>
      @if (problem().status !== 404) {
        <button type="button" class="button small" [disabled]="busy()" (click)="retry.emit()">
          <app-icon name="rerun" [size]="15" />
          Try again
        </button>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
    }

    .words {
      flex: 1;
      min-width: 0;
    }

    .description {
      white-space: pre-line;
    }

    @media (width <= 480px) {
      .notice {
        flex-wrap: wrap;
      }

      .words {
        flex-basis: calc(100% - 40px);
      }

      .button {
        margin-left: 28px;
      }
    }
  `,
})
export class ProblemComponent {
  readonly heading = input('This could not be loaded');
  readonly problem = input.required<ApiProblem>();
  readonly busy = input(false);
  readonly retry = output();
}
