import { Component, input, output } from '@angular/core';
import { BytesPipe, CountPipe } from './format/format.pipes';
import { IconComponent } from './icon.component';

/** How much is chosen, and (projected) what can be done with it. */
@Component({
  selector: 'app-selection-bar',
  imports: [BytesPipe, CountPipe, IconComponent],
  template: `
    <button
      type="button"
      class="icon-button"
      aria-label="Select nothing"
      title="Select nothing"
      (click)="cleared.emit()"
    >
      <app-icon name="close" [size]="16" />
    </button>
    <p class="words number" role="status">
      <strong>{{ count() | count }} selected</strong>
      <span class="muted">{{ size() | bytes }}</span>
    </p>
    <ng-content />
  `,
  host: { role: 'group', 'aria-label': 'What is selected' },
  styles: `
    :host {
      display: flex;
      flex: 1;
      align-items: center;
      gap: 8px;
    }

    .icon-button {
      margin-left: -6px;
    }

    .words {
      display: flex;
      flex-wrap: wrap;
      flex: 1;
      gap: 0 8px;
      min-width: 0;
    }
  `,
})
export class SelectionBarComponent {
  readonly count = input.required<number>();
  /** bytes of what is chosen */
  readonly size = input.required<number>();
  readonly cleared = output();
}
