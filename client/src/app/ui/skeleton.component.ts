import { Component, computed, input } from '@angular/core';

/** Grey lines where rows will be, so that the page keeps its shape while it loads. */
@Component({
  selector: 'app-skeleton',
  template: `
    <span class="visually-hidden" role="status">Loading…</span>
    @for (row of list(); track row) {
      <div class="row" [style.height.px]="height()"><span class="line" [style.width.%]="row"></span></div>
    }
  `,
  styles: `
    :host {
      display: block;
    }

    .row {
      display: flex;
      align-items: center;
      padding: 0 16px;
    }

    .row + .row {
      border-top: 1px solid var(--border);
    }

    .line {
      height: 12px;
      border-radius: 6px;
      background: var(--track);
      animation: breathe 1.4s ease-in-out infinite alternate;
    }

    @keyframes breathe {
      to {
        opacity: 0.45;
      }
    }
  `,
})
export class SkeletonComponent {
  readonly rows = input(5);
  /** CSS pixels of one row */
  readonly height = input(52);
  /** widths in per cent, uneven as text is */
  protected readonly list = computed(() =>
    Array.from({ length: this.rows() }, (_, index) => 78 - ((index * 37) % 41) + index / 100),
  );
}
