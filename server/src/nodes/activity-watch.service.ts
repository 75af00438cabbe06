import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { NodeActivities } from './node-activities.service.js';
import type { NodeEntity } from './node.entity.js';
import { NodesService } from './nodes.service.js';

/** ms between two looks at the clock. */
const LOOK_EVERY_MS = 5000;

/** Says so when a node's hours begin or end: no request announces that moment. */
@Injectable()
export class ActivityWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Nodes');
  /** each node's activity as it was last seen, as text */
  private readonly last = new Map<number, string>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly nodes: NodesService,
    private readonly activities: NodeActivities,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look()
        .catch((error: unknown) => {
          this.logger.warn(`could not look at the nodes' hours: ${String(error)}`);
        })
        .finally(() => {
          this.looking = null;
        });
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Tells of each node whose activity is another one than at the last look. */
  async look(now = new Date()): Promise<void> {
    const nodes = await this.nodes.all();
    const changed = nodes.filter((node) => this.note(node, now));
    for (const { id } of changed) await this.nodes.announce(id);
    for (const id of this.last.keys()) if (!nodes.some((node) => node.id === id)) this.last.delete(id);
  }

  private note(node: NodeEntity, now: Date): boolean {
    const { mode, why } = this.activities.of(node, now);
    const before = this.last.get(node.id);
    const seen = `${mode} ${why ?? ''}`;
    this.last.set(node.id, seen);
    if (before === undefined || before === seen) return false;
    this.logger.log(`${node.name}: ${mode === 'work' ? 'works' : `rests (${why ?? ''}, ${mode})`}`);
    return true;
  }
}
