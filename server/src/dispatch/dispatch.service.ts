import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { bullJobId, LANES } from '#contracts';
import { Mutex } from 'async-mutex';
import { DataSource } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LotKeeper } from '../jobs/lot-keeper.service.js';
import { LostLeases } from '../jobs/lost-leases.service.js';
import type { NodeEntity } from '../nodes/node.entity.js';
import { NodesService } from '../nodes/nodes.service.js';
import { EventBus } from '../realtime/event-bus.js';
import { BullQueueRepository, queueName } from './bull-queue.repository.js';
import { HandWatch } from './hand-watch.js';
import { LotMatcher } from './lot-matcher.service.js';
import { QueueFiller, type HeldJob } from './queue-filler.service.js';

const RECONCILE_EVERY_MS = 10_000;

/** Changes of these may let a job begin. */
const MATTERS: ReadonlySet<string> = new Set(['job', 'library', 'node']);

const NEXT_PAUSE_SQL = `SELECT MIN("notBefore") AS at FROM "job" WHERE "state" = 'pending' AND "notBefore" IS NOT NULL`;

/** In pieces, because after a night without a share there may be very many. */
const RELEASE_SQL = `UPDATE "job" SET "notBefore" = NULL WHERE "id" IN (SELECT "id" FROM "job"
  WHERE "state" = 'pending' AND "notBefore" IS NOT NULL AND "notBefore" <= ? ORDER BY "notBefore" LIMIT 1000)`;

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
  private readonly handWatch = new HandWatch();
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
    private readonly matcher: LotMatcher,
    private readonly filler: QueueFiller,
    private readonly keeper: LotKeeper,
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
        this.matcher.forget();
        this.wake();
      }),
      this.events.on('changed', ({ resource }) => {
        if (resource !== 'job' && MATTERS.has(resource)) this.matcher.forget();
        if (MATTERS.has(resource)) this.wake();
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
      for (const lane of LANES) await this.queues.clear(queueName(node.id, lane));
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
    await this.release();
    this.keeper.adopt();
    const nodes = await this.matcher.look();
    await this.matcher.judge();
    const held = await this.filler.held(this.dataSource.manager);
    const misplaced = this.filler.misplaced(nodes, held);
    for (const job of misplaced) await this.takeBack(job);
    const { given, isMore, movable } = await this.filler.fill(nodes, held);
    await this.tellBull(given);
    for (const job of movable) if (await this.takeBack(job)) this.again = true;
    if (isMore) this.again = true;
  }

  private async tellBull(jobs: readonly JobEntity[]): Promise<void> {
    const results = await Promise.allSettled(
      jobs.map((job) => {
        const name = queueName(job.nodeId ?? 0, job.lane);
        return this.queues.add(name, { jobId: job.id, attempt: job.attempt + 1 }, job.epoch);
      }),
    );
    for (const [index, result] of results.entries()) {
      const job = jobs[index];
      if (result.status === 'rejected' && job !== undefined) await this.backToPending(job.id);
    }
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw new Error(String(failed.reason));
  }

  /** Compares every queue with what SQLite says should be in it. */
  private async reconcile(): Promise<void> {
    if (this.stopped) return;
    this.matcher.forget();
    const queued = await this.dataSource.manager.findBy(JobEntity, { state: 'queued' });
    const inHand = new Map<string, JobEntity>();
    for (const node of await this.nodes.all()) {
      const known = this.nodes.isOnline(node.id);
      for (const lane of LANES) {
        const name = queueName(node.id, lane);
        const present = await this.queues.ids(name);
        const own = queued.filter((row) => row.nodeId === node.id && row.lane === lane);
        const taken = own.length === 0 ? null : await this.queues.inHand(name);
        for (const job of own) {
          const bullId = bullJobId(job.id, job.attempt + 1, job.epoch);
          if (!present.delete(bullId)) await this.backToPending(job.id);
          else if (!known) await this.takeBack(job);
          else if (taken?.has(bullId) === true) inHand.set(bullId, job);
        }
        for (const stale of present) await this.queues.remove(name, stale);
      }
    }
    for (const bullId of this.handWatch.stranded(new Set(inHand.keys()), Date.now())) {
      const job = inHand.get(bullId);
      if (job !== undefined) await this.takeBack(job);
    }
    const nodeIds = new Set((await this.nodes.all()).map((node) => node.id));
    for (const job of queued)
      if (job.nodeId === null || !nodeIds.has(job.nodeId)) await this.backToPending(job.id);
  }

  /** @returns false when its node has it in hand already */
  private async takeBack(job: HeldJob): Promise<boolean> {
    if (job.nodeId === null) return false;
    const bullId = bullJobId(job.id, job.attempt + 1, job.epoch);
    if (!(await this.queues.remove(queueName(job.nodeId, job.lane), bullId))) return false;
    await this.backToPending(job.id);
    return true;
  }

  private async backToPending(jobId: number): Promise<void> {
    await this.writer.write(async (manager) => {
      const row = await manager.findOneBy(JobEntity, { id: jobId });
      if (row?.state === 'queued') await transition(manager, jobId, 'pending', { nodeId: null });
    });
  }

  /** Lets jobs begin whose pause has ended, and wakes when the next one does: nothing else announces that moment. */
  private async release(): Promise<void> {
    clearTimeout(this.wakeTimer);
    const next = await this.dataSource.query<{ at: number | null }[]>(NEXT_PAUSE_SQL);
    const at = next[0]?.at;
    if (at == null) return;
    const now = Date.now();
    if (at <= now) {
      await this.writer.write((manager) => manager.query(RELEASE_SQL, [now]));
      this.events.emit('changed', { resource: 'job' });
    }
    // After a release it is looked at again at once, for the rest and for the next one.
    this.wakeTimer = setTimeout(
      () => {
        this.wake();
      },
      Math.max(0, Math.min(at - now, 60_000)) + 5,
    );
  }
}
