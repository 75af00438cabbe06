import { Component, input, linkedSignal, output } from '@angular/core';
import { form, FormField, FormRoot, max, maxLength, min, required, validate } from '@angular/forms/signals';
import type { NodeResource, UpdateNode } from '#contracts';
import { FieldComponent } from '../../ui/forms/field.component';
import { ModalDirective } from '../../ui/modal.directive';
import { tagsOf } from './node-state';

const TAG = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Changes a node's name, slots and tags. */
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
          <app-field
            label="Tags"
            for="node-tags"
            hint="Words by which a library chooses its nodes, separated by commas."
            [field]="form.tags"
          >
            <input
              class="input"
              id="node-tags"
              placeholder="gpu-box"
              aria-describedby="node-tags-note"
              [formField]="form.tags"
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
    const { name, enabled, cpuSlots, gpuSlots, tags } = this.node();
    return { name, enabled, cpuSlots, gpuSlots, tags: tags.join(', ') };
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
      validate(node.tags, ({ value }) => {
        const wrong = tagsOf(value()).find((tag) => !TAG.test(tag));
        return wrong === undefined
          ? undefined
          : { kind: 'tag', message: `“${wrong}”: letters, digits, - and _ alone, at most 40.` };
      });
    },
    {
      submission: {
        action: () => {
          const { tags, ...rest } = this.model();
          this.saved.emit({ ...rest, tags: tagsOf(tags) });
          return Promise.resolve(undefined);
        },
      },
    },
  );
}
