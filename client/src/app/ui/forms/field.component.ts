import { Component, computed, input } from '@angular/core';
import type { FieldTree } from '@angular/forms/signals';

/**
 * A form's row: label, the projected control, a hint, and what is wrong with it. The control carries
 * `[id]="for"` and `[attr.aria-describedby]="for + '-note'"`.
 */
@Component({
  selector: 'app-field',
  template: `
    <label [for]="for()">{{ label() }}</label>
    <div class="control">
      <ng-content />
      <div class="note" [id]="for() + '-note'">
        @for (error of errors(); track error) {
          <p class="error" role="alert">{{ error }}</p>
        } @empty {
          <p class="hint">{{ hint() }}</p>
        }
      </div>
    </div>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: 200px minmax(0, 560px);
      gap: 4px 24px;
      align-items: start;
    }

    label {
      padding-top: 7px;
      font-weight: 500;
    }

    .note {
      padding-top: 4px;
      font-size: 12.5px;
    }

    .hint {
      color: var(--text-muted);
    }

    .hint:empty {
      display: none;
    }

    .error {
      color: var(--danger);
      font-weight: 500;
    }

    @media (width <= 900px) {
      :host {
        grid-template-columns: minmax(0, 1fr);
      }

      label {
        padding-top: 0;
      }
    }
  `,
})
export class FieldComponent {
  readonly label = input.required<string>();
  /** the control's id */
  readonly for = input.required<string>();
  readonly hint = input('');
  readonly field = input.required<FieldTree<unknown>>();
  /** what the server said of the value */
  readonly complaint = input<string | undefined>();

  protected readonly errors = computed(() => {
    const state = this.field()();
    const complaint = this.complaint();
    const errors = state.touched()
      ? state.errors().map((error) => error.message ?? 'This value is not allowed.')
      : [];
    return complaint === undefined ? errors : [...errors, complaint];
  });
}
