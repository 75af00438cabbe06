import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getQueueToken } from '@nestjs/bull';
import type Bull from 'bull';
import type { QueuedJob } from '#contracts';
import { ServerRefusal } from './registration/server-client.js';
import { SESSION, type AgentSession } from './session.js';
import { SlotPools } from './slots/slot-pool.js';
import { beat } from './worker/heartbeat.js';
import type { JobExecution } from './worker/job-execution.js';
import { LaneWorker } from './worker/lane-worker.js';

/** ms that jobs get at shutdown to end their tools and give themselves back. */
export const SHUTDOWN_MS = 5500;

/** Everything that a node does once it is registered. */
@Injectable()
export class Agent implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Agent');
  private readonly stop = new AbortController();
  private readonly deadline = new AbortController();
  private readonly beating = new AbortController();
  private readonly hurry = new AbortController();
  private readonly active = new Map<number, JobExecution>();
  private readonly pools: SlotPools;
  private workers: Promise<unknown> = Promise.resolve();
  private heartbeat: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SESSION) private readonly session: AgentSession,
    private readonly modules: ModuleRef,
  ) {
    this.pools = new SlotPools(session.registration.settings);
  }

  onApplicationBootstrap(): void {
    const { registration } = this.session;
    const lanes = registration.queues.map(({ lane, name }) => {
      const queue = this.modules.get<Bull.Queue<QueuedJob>>(getQueueToken(name), { strict: false });
      queue.on('error', (error) => {
        this.logger.warn(`queue ${name}: ${error.message}`);
      });
      const { client, pipelines, transfer, workFolder, ledger, capabilities } = this.session;
      return new LaneWorker({
        lane,
        queue,
        pools: this.pools,
        client,
        pipelines,
        transfer,
        workFolder,
        ledger,
        capabilities,
        stop: this.stop.signal,
        deadline: this.deadline.signal,
        active: this.active,
      });
    });
    this.workers = Promise.all(lanes.map((worker) => worker.run()));
    this.heartbeat = beat({
      client: this.session.client,
      active: this.active,
      pools: this.pools,
      idleMs: registration.heartbeatSeconds * 1000,
      signal: this.beating.signal,
      onSettings: (settings) => {
        this.pools.apply(settings);
      },
    }).catch((error: unknown) => {
      if (!(error instanceof ServerRefusal)) throw error;
      this.logger.error(`the server no longer knows this node: ${error.message}`);
      for (const job of this.active.values()) job.revoke();
      this.session.onRefused();
    });
  }

  /**
   * Takes nothing new, gives back what has not begun, and waits until the rest is done and delivered. Heartbeats go on meanwhile.
   * Ends early when `giveBack` is called.
   */
  async finish(): Promise<void> {
    this.stop.abort();
    for (const job of this.active.values()) if (!job.begun) job.stop();
    this.logger.log(`finishes ${this.active.size} jobs, then ends`);
    const hurried = new Promise<void>((resolve) => {
      this.hurry.signal.addEventListener('abort', () => {
        resolve();
      });
    });
    await Promise.race([this.workers.catch(() => undefined), hurried]);
  }

  giveBack(): void {
    this.hurry.abort();
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    for (const job of this.active.values()) job.stop();
    const timer = setTimeout(() => {
      this.deadline.abort();
    }, SHUTDOWN_MS);
    await this.workers.catch(() => undefined);
    this.beating.abort();
    await this.heartbeat;
    clearTimeout(timer);
  }
}
