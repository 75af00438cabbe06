import { Component, input, output } from '@angular/core';
import { ModalDirective } from '../../ui/modal.directive';

/** Asks why an encode is rejected, which may be left empty. */
@Component({
  selector: 'app-reject-dialog',
  imports: [ModalDirective],
  template: `
    <dialog appModal class="modal" aria-labelledby="reject-heading" (dismissed)="dismissed.emit()">
      <div class="modal-body">
        <h2 id="reject-heading">{{ heading() }}</h2>
        <p class="muted">
          What was encoded is deleted, and the library stays as it is. It is not encoded again until the
          profile changes or somebody queues the file.
        </p>
        <label for="reject-reason">Reason <span class="faint">(may be left empty)</span></label>
        <textarea
          class="textarea"
          id="reject-reason"
          rows="3"
          maxlength="500"
          placeholder="Such as: banding in the dark scenes"
          #reason
        ></textarea>
      </div>
      <div class="modal-foot">
        <button type="button" class="button" (click)="dismissed.emit()">Cancel</button>
        <button type="button" class="button danger" (click)="confirmed.emit(reason.value.trim())">
          Reject
        </button>
      </div>
    </dialog>
  `,
  styles: `
    label {
      font-weight: 500;
    }
  `,
})
export class RejectDialogComponent {
  readonly heading = input.required<string>();
  /** the reason, '' for none */
  readonly confirmed = output<string>();
  readonly dismissed = output();
}
