import { Component, input, output } from '@angular/core';

export interface Tab<V extends string = string> {
  value: V;
  label: string;
}

/** A choice of one among a few views of the same list. */
@Component({
  selector: 'app-tabs',
  template: `
    @for (tab of tabs(); track tab.value) {
      <button
        type="button"
        [class.chosen]="tab.value === chosen()"
        [attr.aria-pressed]="tab.value === chosen()"
        (click)="switched.emit(tab.value)"
      >
        {{ tab.label }}
      </button>
    }
  `,
  host: { role: 'group', '[attr.aria-label]': 'label()' },
  styles: `
    :host {
      display: flex;
      gap: 4px;
      max-width: 100%;
      overflow-x: auto;
      scrollbar-width: none;
    }

    button {
      min-height: 34px;
      padding: 0 14px;
      border: 0;
      border-radius: var(--radius);
      background: none;
      color: var(--text-muted);
      font-weight: 500;
      white-space: nowrap;
      cursor: pointer;
    }

    button:hover {
      background: var(--surface-hover);
      color: var(--text);
    }

    button:focus-visible {
      outline-offset: -2px;
    }

    .chosen,
    .chosen:hover {
      background: color-mix(in srgb, var(--accent) 14%, transparent);
      color: var(--accent);
    }

    @media (width <= 768px) {
      button {
        min-height: 40px;
      }
    }
  `,
})
export class TabsComponent<V extends string> {
  readonly tabs = input.required<readonly Tab<V>[]>();
  readonly chosen = input.required<V>();
  readonly label = input.required<string>();
  readonly switched = output<V>();
}
