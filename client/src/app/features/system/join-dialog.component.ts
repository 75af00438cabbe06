import { Component, computed, DOCUMENT, inject, input, output } from '@angular/core';
import type { CreatedJoinToken } from '#contracts';
import { CopyButtonComponent } from '../../ui/copy-button.component';
import { IconComponent } from '../../ui/icon.component';
import { ModalDirective } from '../../ui/modal.directive';
import { isLoopback, joinCommands } from './join-commands';

/** A new join token, shown this once, with what to type on the machine that is to help. */
@Component({
  selector: 'app-join-dialog',
  imports: [CopyButtonComponent, IconComponent, ModalDirective],
  template: `
    <dialog appModal class="modal" aria-labelledby="join-heading" (dismissed)="dismissed.emit()">
      <div class="modal-head"><h2 id="join-heading">Add a node</h2></div>
      <div class="modal-body">
        <p class="muted">
          On the machine that is to help, type one of these. The token lets one node in, within a day, and is
          not shown again.
        </p>
        @if (loopback()) {
          <p class="notice tone-warning">
            <app-icon name="warning" />
            <span
              >This page was opened as {{ host() }}, which another machine takes for itself. Put the name or
              address of the server there.</span
            >
          </p>
        }
        @for (way of commands(); track way.label) {
          <section>
            <div class="head">
              <h3>{{ way.label }}</h3>
              <app-copy-button [text]="way.command" />
            </div>
            <pre class="command" tabindex="0" [attr.aria-label]="way.label">{{ way.command }}</pre>
          </section>
        }
        <p class="muted">
          Where that machine sees the same shares, give it them too, read-only (with Docker:
          <code>-v /mnt/media:/media:ro</code>). Else the files travel over the network.
        </p>
      </div>
      <div class="modal-foot">
        <button type="button" class="button primary" (click)="dismissed.emit()">Done</button>
      </div>
    </dialog>
  `,
  styles: `
    .modal {
      width: min(640px, calc(100vw - 32px));
    }

    .modal-body {
      gap: 16px;
      grid-template-columns: minmax(0, 1fr);
    }

    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 12px;
      margin-bottom: 6px;
    }

    .command {
      padding: 10px 12px;
      border: 1px solid var(--border);
      border-radius: var(--radius);
      background: var(--surface-sunken);
      overflow-wrap: anywhere;
      white-space: pre-wrap;
      user-select: all;
    }
  `,
})
export class JoinDialogComponent {
  private readonly base = inject(DOCUMENT).baseURI;
  readonly created = input.required<CreatedJoinToken>();
  readonly dismissed = output();

  protected readonly commands = computed(() =>
    joinCommands(this.base, this.created().token, this.created().command),
  );
  protected readonly loopback = computed(() => isLoopback(this.base));
  protected readonly host = computed(() => new URL(this.base).hostname);
}
