import { Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { NodeResource, UpdateNode } from '#contracts';
import { NodesApi } from '../../core/api/nodes.api';
import { Realtime } from '../../core/realtime/realtime.service';
import { BadgeComponent } from '../../ui/badge.component';
import { EmptyStateComponent } from '../../ui/empty-state.component';
import { BytesPipe } from '../../ui/format/format.pipes';
import { IconComponent } from '../../ui/icon.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { TimeComponent } from '../../ui/time.component';
import { Toasts } from '../../ui/toasts.service';
import { NodeDialogComponent } from './node-dialog.component';

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
    SkeletonComponent,
    TimeComponent,
  ],
  templateUrl: './nodes.component.html',
  styleUrl: './nodes.component.scss',
})
export class NodesComponent {
  private readonly api = inject(NodesApi);
  private readonly toasts = inject(Toasts);
  protected readonly nodes = this.api.list();
  protected readonly editing = signal<NodeResource | null>(null);
  protected readonly saving = signal(false);

  constructor() {
    const realtime = inject(Realtime);
    realtime
      .events('node')
      .pipe(takeUntilDestroyed())
      .subscribe((node) => {
        this.keep(node);
      });
    realtime.resync.pipe(takeUntilDestroyed()).subscribe(() => {
      this.nodes.reload();
    });
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
