import { Component, computed, input, output } from '@angular/core';
import { CountPipe } from './format/format.pipes';
import { IconComponent } from './icon.component';

/** Which part of a paged list is shown, and the way to the others. */
@Component({
  selector: 'app-pager',
  imports: [CountPipe, IconComponent],
  template: `
    <p class="range muted number" aria-live="polite">
      @if (total() > 0) {
        {{ from() | count }}–{{ to() | count }} of {{ total() | count }}
      }
    </p>
    @if (pages() > 1) {
      <nav class="steps" aria-label="Pages of the list">
        <button
          type="button"
          class="icon-button"
          aria-label="First page"
          [disabled]="page() <= 1"
          (click)="turned.emit(1)"
        >
          <app-icon name="first" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Page before"
          [disabled]="page() <= 1"
          (click)="turned.emit(page() - 1)"
        >
          <app-icon name="previous" />
        </button>
        <span class="number">{{ page() | count }} / {{ pages() | count }}</span>
        <button
          type="button"
          class="icon-button"
          aria-label="Next page"
          [disabled]="page() >= pages()"
          (click)="turned.emit(page() + 1)"
        >
          <app-icon name="next" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Last page"
          [disabled]="page() >= pages()"
          (click)="turned.emit(pages())"
        >
          <app-icon name="last" />
        </button>
      </nav>
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 12px;
      min-height: 38px;
      padding: 4px 4px 0;
      font-size: 13px;
    }

    .steps {
      display: flex;
      align-items: center;
      gap: 2px;
    }

    .steps span {
      padding: 0 8px;
    }
  `,
})
export class PagerComponent {
  readonly page = input.required<number>();
  readonly pageSize = input.required<number>();
  readonly total = input.required<number>();
  readonly turned = output<number>();

  protected readonly pages = computed(() => Math.max(1, Math.ceil(this.total() / this.pageSize())));
  protected readonly from = computed(() => Math.min(this.total(), (this.page() - 1) * this.pageSize() + 1));
  protected readonly to = computed(() => Math.min(this.total(), this.page() * this.pageSize()));
}
