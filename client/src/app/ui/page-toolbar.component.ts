import { Component, input } from '@angular/core';

/** The bar above each page: what it is on the left, what one can do with it on the right. */
@Component({
  selector: 'app-page-toolbar',
  template: `
    <ng-content select="[toolbarStart]" />
    <h1 class="ellipsis" tabindex="-1">{{ heading() }}</h1>
    <div class="actions"><ng-content /></div>
  `,
  host: { role: 'region', 'aria-label': 'Page' },
  styles: `
    :host {
      position: sticky;
      top: 0;
      z-index: 20;
      display: flex;
      align-items: center;
      gap: 12px;
      min-height: var(--toolbar-height);
      padding: 8px var(--gutter);
      border-bottom: 1px solid var(--border);
      background: var(--surface);
    }

    h1 {
      outline: none;
    }

    .actions {
      display: flex;
      flex: none;
      align-items: center;
      gap: 8px;
      margin-left: auto;
    }

    @media (width <= 768px) {
      :host {
        top: var(--topbar-height, 52px);
      }
    }
  `,
})
export class PageToolbarComponent {
  readonly heading = input.required<string>();
}
