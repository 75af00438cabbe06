import { Component, input, linkedSignal, output } from '@angular/core';
import { form, FormField, FormRoot, max, maxLength, min, required } from '@angular/forms/signals';
import type { NodeResource, UpdateNode } from '#contracts';
import { FieldComponent } from '../../ui/forms/field.component';
import { ModalDirective } from '../../ui/modal.directive';

/** Changes a node's name and slots. */
@Component({
  selector: 'app-node-dialog',
  imports: [FieldComponent, FormField, FormRoot, ModalDirective],
  template: `
    <dialog appModal class="modal" aria-labelledby="node-heading" (dismissed)="dismissed.emit()">
      <form [formRoot]="form">
        <div class="modal-head"><h2 id="node-heading">Edit node</h2></div>
        <div class="modal-body">
          <app-field label="Name" for="node-name" [field]="form.name">
            <input class="input" id="node-name" aria-describedby="node-name-note" [formField]="form.name" />
          </app-field>
          <app-field
            label="CPU slots"
            for="node-cpu"
            hint="How many files it works on at once by CPU."
            [field]="form.cpuSlots"
          >
            <input
              class="input number"
              id="node-cpu"
              type="number"
              step="1"
              aria-describedby="node-cpu-note"
              [formField]="form.cpuSlots"
            />
          </app-field>
          <app-field
            label="GPU slots"
            for="node-gpu"
            hint="And how many by graphics card."
            [field]="form.gpuSlots"
          >
            <input
              class="input number"
              id="node-gpu"
              type="number"
              step="1"
              aria-describedby="node-gpu-note"
              [formField]="form.gpuSlots"
            />
          </app-field>
          <div class="check">
            <input id="node-enabled" type="checkbox" [formField]="form.enabled" />
            <label for="node-enabled"
              >Give it work. Switched off, it finishes what it has and takes no more.</label
            >
          </div>
        </div>
        <div class="modal-foot">
          <button type="button" class="button" (click)="dismissed.emit()">Cancel</button>
          <button type="submit" class="button primary" [disabled]="busy()">Save</button>
        </div>
      </form>
    </dialog>
  `,
  styles: `
    app-field {
      grid-template-columns: minmax(0, 1fr);
    }
  `,
})
export class NodeDialogComponent {
  readonly node = input.required<NodeResource>();
  readonly busy = input(false);
  readonly saved = output<UpdateNode>();
  readonly dismissed = output();

  private readonly model = linkedSignal(() => {
    const { name, enabled, cpuSlots, gpuSlots } = this.node();
    return { name, enabled, cpuSlots, gpuSlots };
  });
  protected readonly form = form(
    this.model,
    (node) => {
      maxLength(node.name, 60, { message: 'At most 60 characters.' });
      required(node.name, { message: 'A name is needed.' });
      for (const slots of [node.cpuSlots, node.gpuSlots]) {
        min(slots, 0, { message: 'At least 0.' });
        max(slots, 64, { message: 'At most 64.' });
      }
    },
    {
      submission: {
        action: () => {
          this.saved.emit(this.model());
          return Promise.resolve(undefined);
        },
      },
    },
  );
}
