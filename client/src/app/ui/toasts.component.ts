import { Component, inject } from '@angular/core';
import { IconComponent } from './icon.component';
import { Toasts } from './toasts.service';

/** Shows the toasts, in the lower corner. */
@Component({
  selector: 'app-toasts',
  imports: [IconComponent],
  template: `
    <div class="list" aria-live="polite" aria-relevant="additions">
      @for (toast of toasts.toasts(); track toast.id) {
        <div class="toast tone-{{ toast.tone }}">
          <app-icon [name]="toast.tone === 'success' ? 'check' : 'error'" />
          <div class="words">
            <p class="message">{{ toast.message }}</p>
            @if (toast.description) {
              <p class="muted">{{ toast.description }}</p>
            }
          </div>
          <button type="button" class="icon-button" aria-label="Dismiss" (click)="toasts.dismiss(toast.id)">
            <app-icon name="close" [size]="16" />
          </button>
        </div>
      }
    </div>
  `,
  styles: `
    .list {
      position: fixed;
      right: 20px;
      bottom: 20px;
      z-index: 60;
      display: grid;
      gap: 10px;
      width: min(380px, calc(100vw - 32px));
      pointer-events: none;
    }

    .toast {
      display: flex;
      align-items: flex-start;
      gap: 10px;
      padding: 10px 8px 10px 14px;
      border: 1px solid var(--border);
      border-left: 4px solid var(--tone);
      border-radius: var(--radius);
      background: var(--surface);
      box-shadow: var(--shadow-raised);
      overflow-wrap: anywhere;
      pointer-events: auto;
    }

    .toast > app-icon {
      margin: 5px 0;
      color: var(--tone);
    }

    .words {
      flex: 1;
      min-width: 0;
      padding: 4px 0;
    }

    .message {
      font-weight: 500;
    }

    @media (width <= 768px) {
      .list {
        right: 16px;
        bottom: 16px;
      }
    }
  `,
})
export class ToastsComponent {
  protected readonly toasts = inject(Toasts);
}
