import { Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { CreatedJoinToken, JoinToken } from '#contracts';
import { Clock } from '../../core/browser/clock.service';
import { NodesApi } from '../../core/api/nodes.api';
import { Realtime } from '../../core/realtime/realtime.service';
import { IconComponent } from '../../ui/icon.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { TimeComponent } from '../../ui/time.component';
import { Toasts } from '../../ui/toasts.service';
import { JoinDialogComponent } from './join-dialog.component';

/** Whether other machines may help, and the tokens that let them in. */
@Component({
  selector: 'app-remote-nodes',
  imports: [IconComponent, JoinDialogComponent, ProblemComponent, SkeletonComponent, TimeComponent],
  templateUrl: './remote-nodes.component.html',
  styleUrl: './remote-nodes.component.scss',
})
export class RemoteNodesComponent {
  private readonly api = inject(NodesApi);
  private readonly toasts = inject(Toasts);
  private readonly clock = inject(Clock);

  /** how many nodes there are: a new one has used up a token */
  readonly nodeCount = input.required<number>();
  /** what each node is told to do hangs on the switch */
  readonly switched = output();

  protected readonly settings = this.api.settings();
  protected readonly tokens = this.api.joinTokens();
  protected readonly busy = signal(false);
  protected readonly created = signal<CreatedJoinToken | null>(null);

  protected readonly fixed = computed(() => this.settings.value()?.fixed.includes('remoteNodes') ?? false);
  protected readonly openTokens = computed(
    () =>
      this.tokens
        .value()
        ?.filter(({ usesLeft, expiresAt }) => usesLeft > 0 && Date.parse(expiresAt) > this.clock.now()) ?? [],
  );

  /** the built-in Redis has no one name: its port alone is what a firewall or a container must let through */
  protected readonly address = computed(() => {
    const address = this.settings.value()?.redis.address ?? '';
    return address.startsWith('*:') ? `port ${address.slice(2)}` : address;
  });

  constructor() {
    effect(() => {
      this.nodeCount();
      untracked(() => {
        this.tokens.reload();
      });
    });
    inject(Realtime)
      .resync.pipe(takeUntilDestroyed())
      .subscribe(() => {
        this.settings.reload();
        this.tokens.reload();
      });
  }

  protected async allow(box: HTMLInputElement): Promise<void> {
    const remoteNodes = box.checked;
    this.busy.set(true);
    try {
      const settings = await this.api.updateSettings({ remoteNodes });
      this.settings.update(() => settings);
      this.toasts.done(remoteNodes ? 'Other machines may join now.' : 'Other machines get no more work.');
      this.switched.emit();
    } catch (error) {
      box.checked = !remoteNodes;
      this.toasts.failed('The setting was not changed.', error);
    } finally {
      this.busy.set(false);
    }
  }

  /** Its button stays enabled: a disabled one loses the focus, which the dialog could not give back to it. */
  protected async addNode(): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    try {
      this.created.set(await this.api.createJoinToken());
      this.tokens.reload();
    } catch (error) {
      this.toasts.failed('No join token was made.', error);
    } finally {
      this.busy.set(false);
    }
  }

  protected async withdraw({ id }: JoinToken): Promise<void> {
    try {
      await this.api.removeJoinToken(id);
      this.toasts.done('The token was withdrawn.');
    } catch (error) {
      this.toasts.failed('The token was not withdrawn.', error);
    }
    this.tokens.reload();
  }
}
