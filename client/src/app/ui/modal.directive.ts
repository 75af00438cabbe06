import { DestroyRef, Directive, DOCUMENT, ElementRef, inject, output } from '@angular/core';

/**
 * Opens its `<dialog>` as a modal one for as long as it exists: the browser keeps the focus inside, makes the rest
 * inert, and gives the focus back at the end. Escape and a click beside it ask to be closed.
 */
@Directive({
  selector: 'dialog[appModal]',
  host: { '(cancel)': 'cancelled($event)', '(mousedown)': 'pressed($event)' },
})
export class ModalDirective {
  private readonly dialog = inject<ElementRef<HTMLDialogElement>>(ElementRef).nativeElement;
  private readonly document = inject(DOCUMENT);
  readonly dismissed = output();

  constructor() {
    const before = this.document.activeElement;
    // the element must be in the document before it can be opened
    queueMicrotask(() => {
      if (this.dialog.isConnected && !this.dialog.open) this.dialog.showModal();
    });
    inject(DestroyRef).onDestroy(() => {
      this.dialog.close();
      // the browser would do this, were the element not taken out of the document in the same breath
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  }

  protected cancelled(event: Event): void {
    event.preventDefault();
    this.dismissed.emit();
  }

  /** The backdrop belongs to the dialog element itself; what is inside has targets of its own. */
  protected pressed(event: MouseEvent): void {
    if (event.target === this.dialog) this.dismissed.emit();
  }
}
