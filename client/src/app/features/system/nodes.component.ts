import { Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { NodeResource, UpdateNode } from '#contracts';
import { NodesApi } from '../../core/api/nodes.api';
import { reloadOnChange } from '../../core/realtime/live';
import { Realtime } from '../../core/realtime/realtime.service';
import { BadgeComponent } from '../../ui/badge.component';
import { ConfirmService } from '../../ui/confirm.service';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { BytesPipe } from '../../ui/format/format.pipes';
import { IconComponent } from '../../ui/icon.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { TimeComponent } from '../../ui/time.component';
import { Toasts } from '../../ui/toasts.service';
import { NodeDialogComponent } from './node-dialog.component';
import { isPaused, stateOf, wayTo } from './node-state';
import { RemoteNodesComponent } from './remote-nodes.component';

/** The machines that do the work. */
@Component({
  selector: 'app-system-nodes',
  imports: [
    BadgeComponent,
    BytesPipe,
    EmptyStateComponent,
    IconComponent,
    NodeDialogComponent,
    ProblemComponent,
    RemoteNodesComponent,
    SkeletonComponent,
    TimeComponent,
  ],
  templateUrl: './nodes.component.html',
  styleUrl: './nodes.component.scss',
})
export class NodesComponent {
  private readonly api = inject(NodesApi);
  private readonly confirm = inject(ConfirmService);
  private readonly toasts = inject(Toasts);
  protected readonly nodes = this.api.list();
  protected readonly editing = signal<NodeResource | null>(null);
  protected readonly saving = signal(false);

  protected readonly stateOf = stateOf;
  protected readonly isPaused = isPaused;
  protected readonly wayTo = wayTo;

  constructor() {
    reloadOnChange(this.nodes, 'node');
    inject(Realtime)
      .events('node')
      .pipe(takeUntilDestroyed())
      .subscribe((node) => {
        this.keep(node);
      });
  }

  /** What it runs it finishes: what is stopped half-way is of use to nobody until somebody comes back. */
  protected async pause(node: NodeResource): Promise<void> {
    try {
      this.keep(await this.api.pause(node.id, 'afterJob'));
      this.toasts.done(`“${node.name}” finishes what it has and takes no more.`);
    } catch (error) {
      this.toasts.failed(`“${node.name}” was not paused.`, error);
    }
  }

  protected async resume(node: NodeResource): Promise<void> {
    try {
      this.keep(await this.api.resume(node.id));
      this.toasts.done(`“${node.name}” goes on.`);
    } catch (error) {
      this.toasts.failed(`“${node.name}” does not go on.`, error);
    }
  }

  protected async remove(node: NodeResource): Promise<void> {
    const yes = await this.confirm.ask({
      heading: `Remove “${node.name}”?`,
      text: [
        'It is cut off at once, and what it is working on goes to other nodes, from its last finished step on.',
        'To come back it has to join anew, with a new token.',
      ],
      confirm: 'Remove node',
      danger: true,
    });
    if (!yes) return;
    try {
      await this.api.remove(node.id);
      this.nodes.update((nodes) => nodes.filter((other) => other.id !== node.id));
      this.toasts.done(`“${node.name}” was removed.`);
    } catch (error) {
      this.toasts.failed(`“${node.name}” was not removed.`, error);
    }
  }

  protected async save(node: NodeResource, change: UpdateNode): Promise<void> {
    this.saving.set(true);
    try {
      this.keep(await this.api.update(node.id, change));
      this.editing.set(null);
      this.toasts.done('The node was saved.');
    } catch (error) {
      this.toasts.failed('The node was not saved.', error);
    } finally {
      this.saving.set(false);
    }
  }

  /** One entry a slot: whether it is at work. */
  protected slots(node: NodeResource): boolean[] {
    const length = node.cpuSlots + this.gpuSlots(node);
    return Array.from({ length }, (_, index) => index < node.activeJobs);
  }

  /** On all of its cards together. */
  protected gpuSlots(node: NodeResource): number {
    const cards = node.capabilities?.gpus ?? [];
    return cards.reduce((sum, { id }) => sum + (node.gpuDevices[id] ?? node.gpuSlots), 0);
  }

  protected toolVersions(node: NodeResource): string {
    const tools = Object.entries(node.capabilities?.tools ?? {});
    return tools.map(([name, tool]) => `${name} ${tool.version}`).join(', ');
  }

  private keep(node: NodeResource): void {
    this.nodes.update((nodes) => {
      const index = nodes.findIndex((other) => other.id === node.id);
      return index < 0 ? [...nodes, node] : nodes.with(index, node);
    });
  }
}
