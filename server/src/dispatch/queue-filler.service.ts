import { Injectable } from '@nestjs/common';
import type { Lane } from '#contracts';
import type { SlotKind } from '#engine/command/encoders/needs.js';
import type { EntityManager } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { JobLots } from '../jobs/job-lots.service.js';
import type { NodeEntity } from '../nodes/node.entity.js';
import { LotHeads } from './lot-heads.js';
import { LotMatcher } from './lot-matcher.service.js';
import { kindOf, laneFor, slotsOf } from './matching.js';
import { nextPlace, urgency, type Place } from './places.js';

/** Jobs that are handed out in one transaction: others want to write as well. */
const MAX_AT_ONCE = 100;

const KINDS: readonly SlotKind[] = ['gpu', 'cpu'];

/** A job that a node has, in its queue or in hand. */
export type HeldJob = Pick<JobEntity, 'id' | 'nodeId' | 'lane' | 'lotId' | 'state' | 'attempt' | 'epoch'>;

export interface Filling {
  /** in the database they lie in a node's queue now; Bull is to be told */
  given: JobEntity[];
  /** there may be more to give */
  isMore: boolean;
  /** jobs in queues of nodes that have enough to do, which others with a free slot could begin at once */
  movable: HeldJob[];
}

/** Decides which node gets which job next. */
@Injectable()
export class QueueFiller {
  /** when each place was last given a job */
  private readonly turns = new Map<string, number>();
  private clock = 0;

  constructor(
    private readonly writer: DbWriter,
    private readonly matcher: LotMatcher,
    private readonly lots: JobLots,
  ) {}

  /** What nodes have in their queues or in hand, delivered jobs left out. */
  held(manager: EntityManager): Promise<HeldJob[]> {
    return manager.query<HeldJob[]>(
      `SELECT "id", "nodeId", "lane", "lotId", "state", "attempt", "epoch" FROM "job"
       WHERE "state" IN ('queued', 'claimed', 'running')`,
    );
  }

  /** Those in queues where they must not stay: the node rests or is away, or may not be given their like any more. */
  misplaced(nodes: readonly NodeEntity[], held: readonly HeldJob[]): HeldJob[] {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    return held.filter(({ state, nodeId, lane, lotId }) => {
      const node = byId.get(nodeId ?? 0);
      if (state !== 'queued' || node === undefined) return false;
      return (
        !this.matcher.works(node) || (lotId !== null && !this.matcher.lotsFor(node, kindOf(lane)).has(lotId))
      );
    });
  }

  /** Marks as queued what the nodes' places ask for, in one transaction. */
  async fill(nodes: readonly NodeEntity[], held: readonly HeldJob[]): Promise<Filling> {
    const places = this.places(nodes, held);
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const open = new Set(places.filter((place) => urgency(place) !== null));
    const idle: Place[] = [];
    if (open.size === 0) return { given: [], isMore: false, movable: [] };
    const given = await this.writer.write(async (manager) => {
      const heads = new LotHeads(manager);
      const jobs: JobEntity[] = [];
      while (jobs.length < MAX_AT_ONCE) {
        const place = nextPlace(open);
        const node = byId.get(place?.nodeId ?? 0);
        if (place === null || node === undefined) break;
        const head = await heads.first(this.matcher.lotsFor(node, place.kind));
        if (head === null) {
          if (urgency(place) === 0) idle.push(place);
          open.delete(place);
          continue;
        }
        jobs.push(await this.give(manager, head.id, place));
        heads.taken(head.lotId);
      }
      return jobs;
    });
    return { given, isMore: given.length === MAX_AT_ONCE, movable: this.movable(places, idle, byId, held) };
  }

  private async give(manager: EntityManager, jobId: number, place: Place): Promise<JobEntity> {
    const { lotId, epoch } = await manager.findOneOrFail(JobEntity, {
      where: { id: jobId },
      select: { lotId: true, epoch: true },
    });
    const large = this.lots.all.get(lotId ?? 0)?.large ?? false;
    const lane: Lane = laneFor(place.kind, { large });
    place.queued += 1;
    place.turn = this.clock += 1;
    this.turns.set(keyOf(place), place.turn);
    return transition(manager, jobId, 'queued', { nodeId: place.nodeId, lane, epoch: epoch + 1 });
  }

  private places(nodes: readonly NodeEntity[], held: readonly HeldJob[]): Place[] {
    return nodes
      .filter((node) => this.matcher.works(node))
      .flatMap((node) =>
        KINDS.map((kind): Place => {
          const own = held.filter(({ nodeId, lane }) => nodeId === node.id && kindOf(lane) === kind);
          const queued = own.filter(({ state }) => state === 'queued').length;
          return {
            ...{ nodeId: node.id, kind, slots: slotsOf(node, kind), weight: node.weight },
            ...{ leased: own.length - queued, queued },
            turn: this.turns.get(keyOf({ nodeId: node.id, kind })) ?? 0,
          };
        }),
      );
  }

  private movable(
    places: readonly Place[],
    idle: readonly Place[],
    nodes: ReadonlyMap<number, NodeEntity>,
    held: readonly HeldJob[],
  ): HeldJob[] {
    const moved = new Set<HeldJob>();
    const full = (job: HeldJob) =>
      places.some(
        (place) =>
          place.nodeId === job.nodeId &&
          place.kind === kindOf(job.lane) &&
          place.leased + place.queued > place.slots,
      );
    for (const place of idle) {
      const node = nodes.get(place.nodeId);
      if (node === undefined) continue;
      const lots = this.matcher.lotsFor(node, place.kind);
      const job = held.find(
        (row) =>
          row.state === 'queued' && row.lotId !== null && lots.has(row.lotId) && !moved.has(row) && full(row),
      );
      if (job !== undefined) moved.add(job);
    }
    return [...moved];
  }
}

const keyOf = ({ nodeId, kind }: Pick<Place, 'nodeId' | 'kind'>) => `${nodeId}-${kind}`;
