import { Component, computed, input, output } from '@angular/core';
import { IconComponent } from './icon.component';

export interface Sort<K extends string = string> {
  key: K;
  direction: 'ascending' | 'descending';
}

/** A table's column head that sorts. Put on the `<th>` itself: `<th appSortHeader="size" [sort]="…">`. */
@Component({
  // a table's cells must be th elements, so this is an attribute on one
  // eslint-disable-next-line @angular-eslint/component-selector
  selector: 'th[appSortHeader]',
  imports: [IconComponent],
  template: `
    <button type="button" (click)="pressed()">
      <ng-content />
      <app-icon
        [name]="active() && sort().direction === 'ascending' ? 'up' : 'down'"
        [size]="14"
        [class.idle]="!active()"
      />
    </button>
  `,
  host: { scope: 'col', '[attr.aria-sort]': 'active() ? sort().direction : null' },
  styles: `
    button {
      display: inline-flex;
      align-items: center;
      gap: 3px;
      margin-right: -3px;
      padding: 0;
      border: 0;
      background: none;
      color: inherit;
      font-weight: inherit;
      line-height: 1.3;
      vertical-align: middle;
      cursor: pointer;
    }

    /* numbers stand at the right, and so does their head */
    :host(.right) button {
      flex-direction: row-reverse;
      margin-right: 0;
    }

    button:hover {
      color: var(--text);
    }

    .idle {
      visibility: hidden;
    }

    button:hover .idle,
    button:focus-visible .idle {
      visibility: visible;
    }
  `,
})
export class SortHeaderComponent<K extends string> {
  readonly appSortHeader = input.required<K>();
  readonly sort = input.required<Sort>();
  readonly sorted = output<Sort<K>>();

  protected readonly active = computed(() => this.sort().key === this.appSortHeader());

  protected pressed(): void {
    const descending = this.active() && this.sort().direction === 'descending';
    this.sorted.emit({ key: this.appSortHeader(), direction: descending ? 'ascending' : 'descending' });
  }
}
