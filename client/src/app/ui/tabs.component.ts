import { Component, input, output } from '@angular/core';
import { CountPipe } from './format/format.pipes';

export interface Tab<V extends string = string> {
  value: V;
  label: string;
  /** how many there are, where that is worth a look; 0 is not shown */
  count?: number;
}

/** A choice of one among a few views of the same list. */
@Component({
  selector: 'app-tabs',
  imports: [CountPipe],
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
        @if (tab.count) {
          <span class="tab-count number">{{ tab.count | count }}</span>
        }
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
