import { Component, computed, input, output, signal } from '@angular/core';
import type { JobStep } from '#contracts';
import { ModalDirective } from '../../ui/modal.directive';
import { readable } from './job-state';

/** Asks from where a job is to be run again. */
@Component({
  selector: 'app-rerun-dialog',
  imports: [ModalDirective],
  template: `
    <dialog appModal class="modal" aria-labelledby="rerun-heading" (dismissed)="dismissed.emit()">
      <div class="modal-body">
        <h2 id="rerun-heading">Run this job again</h2>
        <label for="rerun-step">Start at</label>
        <select class="select" id="rerun-step" (change)="choose(box.value)" #box>
          <option value="">The beginning</option>
          @for (step of startable(); track step.index) {
            <option [value]="step.index">{{ step.index + 1 }}. {{ readable(step.name) }}</option>
          }
        </select>
        <p class="muted">
          What the steps before it worked out is kept. The attempts start to count anew, and the file is only
          replaced after all checks have passed, as ever.
        </p>
      </div>
      <div class="modal-foot">
        <button type="button" class="button" (click)="dismissed.emit()">Cancel</button>
        <button type="button" class="button primary" (click)="confirmed.emit(chosen())">Run again</button>
      </div>
    </dialog>
  `,
  styles: `
    label {
      font-weight: 500;
    }
  `,
})
export class RerunDialogComponent {
  readonly steps = input.required<readonly JobStep[]>();
  /** the step's index; null: from the beginning */
  readonly confirmed = output<number | null>();
  readonly dismissed = output();

  protected readonly chosen = signal<number | null>(null);
  /** A step can be the first one again when all before it have been completed; the first of all is the beginning. */
  protected readonly startable = computed(() => {
    const steps = this.steps();
    return steps.filter(
      (_step, at) => at > 0 && steps.slice(0, at).every((before) => before.state === 'completed'),
    );
  });
  protected readonly readable = readable;

  protected choose(value: string): void {
    this.chosen.set(value === '' ? null : Number(value));
  }
}
