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
        class="tab"
        [class.chosen]="tab.value === chosen()"
        [attr.aria-pressed]="tab.value === chosen()"
        (click)="switched.emit(tab.value)"
      >
        {{ tab.label }}
      </button>
    }
  `,
  host: { class: 'tabs', role: 'group', '[attr.aria-label]': 'label()' },
})
export class TabsComponent<V extends string> {
  readonly tabs = input.required<readonly Tab<V>[]>();
  readonly chosen = input.required<V>();
  readonly label = input.required<string>();
  readonly switched = output<V>();
}
