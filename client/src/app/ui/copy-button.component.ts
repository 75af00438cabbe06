import { Component, inject, input, signal } from '@angular/core';
import { IconComponent } from './icon.component';
import { Toasts } from './toasts.service';

/** Puts a text onto the clipboard. */
@Component({
  selector: 'app-copy-button',
  imports: [IconComponent],
  template: `
    <button type="button" class="button small" (click)="copy()">
      <app-icon [name]="copied() ? 'check' : 'copy'" [size]="15" />
      {{ copied() ? 'Copied' : label() }}
    </button>
  `,
})
export class CopyButtonComponent {
  private readonly toasts = inject(Toasts);
  readonly text = input.required<string>();
  readonly label = input('Copy');
  protected readonly copied = signal(false);

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text());
      this.copied.set(true);
      setTimeout(() => {
        this.copied.set(false);
      }, 2000);
    } catch {
      // browsers hand out the clipboard over https or on this very machine only
      this.toasts.failed(
        'The browser did not allow copying.',
        new Error('Mark the text and copy it by hand.'),
      );
    }
  }
}
