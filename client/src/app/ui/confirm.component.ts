import { Component, inject } from '@angular/core';
import { ConfirmService } from './confirm.service';
import { ModalDirective } from './modal.directive';

/** Shows the question that ConfirmService has. One of it stands at the end of the app. */
@Component({
  selector: 'app-confirm',
  imports: [ModalDirective],
  template: `
    @if (confirm.question(); as question) {
      <dialog appModal class="modal" aria-labelledby="confirm-heading" (dismissed)="confirm.answer(false)">
        <div class="modal-body">
          <h2 id="confirm-heading">{{ question.heading }}</h2>
          @for (line of question.text; track line) {
            <p class="muted">{{ line }}</p>
          }
        </div>
        <div class="modal-foot">
          <button type="button" class="button" (click)="confirm.answer(false)">
            {{ question.cancel ?? 'Cancel' }}
          </button>
          <button
            type="button"
            class="button"
            [class.danger]="question.danger"
            [class.primary]="!question.danger"
            (click)="confirm.answer(true)"
          >
            {{ question.confirm }}
          </button>
        </div>
      </dialog>
    }
  `,
})
export class ConfirmComponent {
  protected readonly confirm = inject(ConfirmService);
}
