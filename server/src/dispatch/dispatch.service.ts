import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { bullJobId, LEASED_JOB_STATES, type Lane } from '#contracts';
import { Mutex } from 'async-mutex';
import { DataSource, In, type EntityManager } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LostLeases } from '../jobs/lost-leases.service.js';
import type { NodeEntity } from '../nodes/node.entity.js';
import { NodesService } from '../nodes/nodes.service.js';
import { EventBus } from '../realtime/event-bus.js';
import { BullQueueRepository, queueName } from './bull-queue.repository.js';
import { cannotRun } from './matching.js';

const RECONCILE_EVERY_MS = 10_000;

/** Jobs looked at for one free place before giving up: those in between need a node that can do more. */
const LOOK_AHEAD = 50;

/**
 * Keeps each node's Bull queues a few jobs deep. All else waits in SQLite in priority order, so that a change of
 * order takes effect at once. What Redis forgets is put back; what SQLite no longer wants is taken out.
 */
@Injectable()
export class DispatchService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Dispatch');
  private readonly stopListening: (() => void)[] = [];
  /** filling and comparing must not see each other half done */
  private readonly mutex = new Mutex();
  private timer: NodeJS.Timeout | undefined;
  private wakeTimer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private comparing: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private held = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly queues: BullQueueRepository,
    private readonly nodes: NodesService,
    private readonly lostLeases: LostLeases,
    private readonly events: EventBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const notCompared = (error: unknown) => {
      this.logger.warn(`could not compare the queues with the database: ${String(error)}`);
    };
    // A Redis that is away must not keep the server from starting; it is looked at again on the timer.
    await this.mutex.runExclusive(() => this.reconcile()).catch(notCompared);
    this.stopListening.push(
      this.events.on('job', () => {
        this.wake();
      }),
      this.events.on('node', () => {
        this.wake();
      }),
      this.events.on('changed', ({ resource }) => {
        if (resource === 'job') this.wake();
      }),
      this.events.on('reordered', () => {
        void this.recall().catch((error: unknown) => {
          this.logger.warn(`could not take jobs back from the queues: ${String(error)}`);
        });
      }),
    );
    this.timer = setInterval(() => {
      // One at a time: with Redis away a comparison may take longer than its turn.
      this.comparing ??= this.lostLeases
        .expire()
        .then(() => this.mutex.runExclusive(() => this.reconcile()))
        .then(() => {
          this.wake();
        })
        .catch(notCompared)
        .finally(() => {
          this.comparing = null;
        });
    }, RECONCILE_EVERY_MS);
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    clearTimeout(this.wakeTimer);
    for (const stop of this.stopListening) stop();
    await Promise.all([this.running, this.comparing]);
  }

  /** Looks soon whether there is a place to fill; many calls in a row are one. */
  wake(): void {
    if (this.stopped) return;
    if (this.running !== null) {
      this.again = true;
      return;
    }
    this.running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.mutex.runExclusive(() => this.topUp()))
      .catch((error: unknown) => {
        this.logger.warn(`could not fill the queues: ${String(error)}`);
      })
      .finally(() => {
        this.running = null;
        if (!this.again) return;
        this.again = false;
        this.wake();
      });
  }

  /** Hands out nothing more, until the end. */
  hold(): void {
    this.held = true;
  }

  /** A node has started anew: what its queues hold may have been in the hand of the process before it. */
  async resetNode(node: NodeEntity): Promise<void> {
    await this.mutex.runExclusive(async () => {
      for (const lane of node.lanes) await this.queues.clear(queueName(node.id, lane));
      const queued = await this.dataSource.manager.findBy(JobEntity, { nodeId: node.id, state: 'queued' });
      for (const job of queued) await this.backToPending(job.id);
    });
  }

  /** Takes what waits in a node's queues back into SQLite, so that a new order counts for it too. */
  private async recall(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const queued = await this.dataSource.manager.findBy(JobEntity, { state: 'queued' });
      for (const job of queued) await this.takeBack(job);
    });
    this.wake();
  }

  private async topUp(): Promise<void> {
    if (this.stopped || this.held || this.queues.problem !== null) return;
    const startedAt = Date.now();
    for (const node of await this.nodes.all()) {
      if (!node.enabled || !this.nodes.isOnline(node.id)) continue;
      const lanes = node.lanes.filter((lane) => this.slots(node, lane) > 0);
      const leased = await this.dataSource.manager.countBy(JobEntity, {
        nodeId: node.id,
        state: In([...LEASED_JOB_STATES].filter((state) => state !== 'delivering')),
      });
      for (const lane of lanes) {
        const waiting = await this.dataSource.manager.countBy(JobEntity, {
          nodeId: node.id,
          state: 'queued',
          lane,
        });
        // One more than it has slots for is staged while the others run; one more than that lies ready.
        const wanted = Math.max(0, this.slots(node, lane) - leased) + 1 - waiting;
        for (let place = 0; place < wanted; place += 1) if (!(await this.fill(node, lane))) break;
      }
    }
    await this.wakeForRetries(startedAt);
  }

  private slots(node: NodeEntity, lane: Lane): number {
    return lane.startsWith('gpu') ? node.gpuSlots : node.cpuSlots;
  }

  private async fill(node: NodeEntity, lane: Lane): Promise<boolean> {
    const job = await this.writer.write(async (manager) => {
      const next = await this.next(manager, node, lane);
      if (next === null) return null;
      return transition(manager, next.id, 'queued', { nodeId: node.id, epoch: next.epoch + 1 });
    });
    if (job === null) return false;
    try {
      await this.queues.add(queueName(node.id, lane), { jobId: job.id, attempt: job.attempt + 1 }, job.epoch);
      return true;
    } catch (error) {
      await this.backToPending(job.id);
      throw error;
    }
  }

  private async next(manager: EntityManager, node: NodeEntity, lane: Lane): Promise<JobEntity | null> {
    const candidates = await manager
      .createQueryBuilder(JobEntity, 'job')
      .where('job.state = :state AND job.openChildren = 0', { state: 'pending' })
      .andWhere('job.lane = :lane AND (job.notBefore IS NULL OR job.notBefore <= :now)', {
        lane,
        now: Date.now(),
      })
      .orderBy('job.front', 'DESC')
      .addOrderBy('job.weight', 'DESC')
      .addOrderBy('job.orderKey', 'DESC')
      .addOrderBy('job.orderText', 'ASC')
      .addOrderBy('job.id', 'ASC')
      .limit(LOOK_AHEAD)
      .getMany();
    return candidates.find((job) => cannotRun(job.pipeline, node.capabilities) === null) ?? null;
  }

  /** Compares every queue with what SQLite says should be in it. */
  private async reconcile(): Promise<void> {
    if (this.stopped) return;
    const queued = await this.dataSource.manager.findBy(JobEntity, { state: 'queued' });
    for (const node of await this.nodes.all()) {
      const known = this.nodes.isOnline(node.id);
      for (const lane of node.lanes) {
        const name = queueName(node.id, lane);
        const present = await this.queues.ids(name);
        for (const job of queued.filter((row) => row.nodeId === node.id && row.lane === lane)) {
          const bullId = bullJobId(job.id, job.attempt + 1, job.epoch);
          if (!present.delete(bullId)) await this.backToPending(job.id);
          else if (!known) await this.takeBack(job);
        }
        for (const stale of present) await this.queues.remove(name, stale);
      }
    }
    const nodeIds = new Set((await this.nodes.all()).map((node) => node.id));
    for (const job of queued)
      if (job.nodeId === null || !nodeIds.has(job.nodeId)) await this.backToPending(job.id);
  }

  private async takeBack(job: JobEntity): Promise<void> {
    if (job.nodeId === null) return;
    const bullId = bullJobId(job.id, job.attempt + 1, job.epoch);
    if (await this.queues.remove(queueName(job.nodeId, job.lane), bullId)) await this.backToPending(job.id);
  }

  private async backToPending(jobId: number): Promise<void> {
    await this.writer.write(async (manager) => {
      const row = await manager.findOneBy(JobEntity, { id: jobId });
      if (row?.state === 'queued') await transition(manager, jobId, 'pending', { nodeId: null });
    });
  }

  /**
   * A failed job's pause ends at a moment that nothing else announces.
   * @param since ms since the epoch at which the queues were last filled: a pause that ended since counts as well
   */
  private async wakeForRetries(since: number): Promise<void> {
    clearTimeout(this.wakeTimer);
    const [row] = await this.dataSource.query<{ at: number | null }[]>(
      `SELECT MIN("notBefore") AS at FROM "job" WHERE "state" = 'pending' AND "notBefore" > ?`,
      [since],
    );
    if (row?.at == null) return;
    this.wakeTimer = setTimeout(
      () => {
        this.wake();
      },
      Math.max(0, Math.min(row.at - Date.now(), 60_000)) + 5,
    );
  }
}
