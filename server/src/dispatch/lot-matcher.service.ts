import { Injectable } from '@nestjs/common';
import type { SlotKind } from '#engine/command/encoders/needs.js';
import { DataSource } from 'typeorm';
import { JobLots, type LotVerdict } from '../jobs/job-lots.service.js';
import { LibraryHolds } from '../jobs/library-holds.service.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { NodeActivities } from '../nodes/node-activities.service.js';
import type { NodeEntity } from '../nodes/node.entity.js';
import { NodesService } from '../nodes/nodes.service.js';
import { EventBus } from '../realtime/event-bus.js';
import { matches, type LotLibrary } from './matching.js';
import { verdictOf, type SeenWorker } from './verdict.js';

/** Which lots each node may be given. Worked out when nodes, libraries or lots have changed, not for each job. */
@Injectable()
export class LotMatcher {
  private nodes: readonly NodeEntity[] | null = null;
  private libraries = new Map<number, LotLibrary>();
  private readonly eligible = new Map<string, ReadonlySet<number>>();
  private lotCount = 0;
  /** what the last verdicts were found from */
  private judged = '';

  constructor(
    private readonly dataSource: DataSource,
    private readonly lots: JobLots,
    private readonly nodesService: NodesService,
    private readonly activities: NodeActivities,
    private readonly events: EventBus,
    private readonly holds: LibraryHolds,
  ) {}

  /** A node or a library is no longer what it was. */
  forget(): void {
    this.nodes = null;
    this.judged = '';
  }

  /** All nodes, and what they may be given as things stand now. */
  async look(): Promise<readonly NodeEntity[]> {
    const known = this.nodes;
    if (known !== null && this.lotCount === this.lots.all.size) return known;
    const nodes = await this.nodesService.all();
    const libraries = await this.dataSource.manager.find(LibraryEntity, {
      select: { id: true, name: true, nodeTags: true },
    });
    this.libraries = new Map(libraries.map((library) => [library.id, library]));
    this.lotCount = this.lots.all.size;
    this.eligible.clear();
    this.judged = '';
    this.nodes = nodes;
    return nodes;
  }

  /** Whether a node is to be given anything just now. */
  works(node: NodeEntity): boolean {
    const { nodesService } = this;
    if (!node.enabled || !nodesService.isOnline(node.id) || nodesService.isBusy(node.id)) return false;
    return this.activities.of(node).mode === 'work';
  }

  /** Ids of the lots whose jobs a node may be given for one kind of slot. */
  lotsFor(node: NodeEntity, kind: SlotKind): ReadonlySet<number> {
    const key = `${node.id}-${kind}`;
    const known = this.eligible.get(key);
    if (known !== undefined) return known;
    const ids = [...this.lots.all.values()]
      .filter((lot) => this.heldBecause(lot.libraryId) === null)
      .filter((lot) => matches(node, lot, kind, this.libraryOf(lot.libraryId)))
      .map(({ id }) => id);
    const found = new Set(ids);
    this.eligible.set(key, found);
    return found;
  }

  /** Finds out which lots nobody works on, and why; says so when that has changed. */
  async judge(): Promise<void> {
    const nodes = await this.look();
    const workers = nodes.map((node): SeenWorker => ({
      node,
      online: this.nodesService.isOnline(node.id),
      activity: this.activities.of(node),
    }));
    const now = JSON.stringify(workers.map(({ node, online, activity }) => [node.id, online, activity]));
    if (now === this.judged) return;
    this.judged = now;
    const verdicts = new Map<number, LotVerdict>();
    for (const lot of this.lots.all.values()) {
      const verdict =
        this.heldBecause(lot.libraryId) ?? verdictOf(lot, this.libraryOf(lot.libraryId), workers);
      if (verdict !== null) verdicts.set(lot.id, verdict);
    }
    if (this.lots.judge(verdicts)) this.events.emit('changed', { resource: 'job' });
  }

  /** Health tells of it once, however many lots its library has. */
  private heldBecause(libraryId: number | null): LotVerdict | null {
    const reason = libraryId === null ? undefined : this.holds.all.get(libraryId);
    return reason === undefined ? null : { ...reason, isProblem: false };
  }

  private libraryOf(id: number | null): LotLibrary | null {
    return id === null ? null : (this.libraries.get(id) ?? null);
  }
}
