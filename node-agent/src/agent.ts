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
import type { HeartbeatResponse, QueuedJob } from '#contracts';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { summaryOf } from './registration/capabilities-summary.js';
import { ServerRefusal } from './registration/server-client.js';
import { SESSION, type AgentSession } from './session.js';
import { SlotPools, type SlotPool } from './slots/slot-pool.js';
import { tidyWorkFolders } from './registration/work-folders.js';
import { beat } from './worker/heartbeat.js';
import type { JobExecution } from './worker/job-execution.js';
import { LaneWorker } from './worker/lane-worker.js';
import { NodeControl } from './worker/node-control.js';
import type { Rest } from './worker/rest.js';

/** ms that jobs get at shutdown to end their tools and give themselves back. */
export const SHUTDOWN_MS = 5500;

/** ms between two looks at how busy the machine is with other things. */
const OBSERVE_MS = 1000;

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
  private readonly control: NodeControl;
  private lookingAtTools = false;
  private observing: NodeJS.Timeout | undefined;
  private workers: Promise<unknown> = Promise.resolve();
  private heartbeat: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SESSION) private readonly session: AgentSession,
    private readonly modules: ModuleRef,
  ) {
    const { settings, activity } = session.registration;
    this.pools = new SlotPools(settings, session.capabilities.gpus);
    this.control = new NodeControl(settings, activity);
    this.control.onRest = (rest) => {
      this.giveBackFor(rest);
    };
  }

  onApplicationBootstrap(): void {
    const { registration, redis, usage } = this.session;
    redis.start();
    usage.start();
    const lanes = registration.queues.map(({ lane, name }) => {
      const queue = this.modules.get<Bull.Queue<QueuedJob>>(getQueueToken(name), { strict: false });
      queue.on('error', (error) => {
        // The links say it once for all queues.
        this.logger.debug(`queue ${name}: ${error.message}`);
      });
      const { client, pipelines, transfer, workFolder, scratch, ledger } = this.session;
      return new LaneWorker({
        lane,
        queue,
        pools: this.pools,
        control: this.control,
        client,
        pipelines,
        transfer,
        workFolder,
        scratch,
        ledger,
        capabilities: () => this.session.capabilities,
        stop: this.stop.signal,
        deadline: this.deadline.signal,
        active: this.active,
      });
    });
    this.observing = setInterval(() => {
      this.control.observe(this.session.usage.latest()?.othersCpuPercent ?? null);
    }, OBSERVE_MS);
    // Where no system ends them with this process, what stands still has to hear that it is to end.
    process.once('exit', this.release);
    this.lookAtReach();
    void tidyWorkFolders({
      client: this.session.client,
      workFolder: this.session.workFolder,
      scratch: this.session.scratch,
      isActive: (jobId) => this.active.has(jobId),
      signal: this.stop.signal,
    }).catch((error: unknown) => {
      this.logger.warn(`the work folder could not be tidied: ${String(error)}`);
    });
    this.workers = Promise.all(lanes.map((worker) => worker.run()));
    this.heartbeat = beat({
      client: this.session.client,
      active: this.active,
      pools: this.pools,
      idleMs: registration.heartbeatSeconds * 1000,
      signal: this.beating.signal,
      usage: () => this.session.usage.latest(),
      resting: () => this.control.rest.why,
      onAnswer: (answer) => {
        this.follow(answer);
      },
    }).catch((error: unknown) => {
      if (!(error instanceof ServerRefusal)) throw error;
      this.logger.error(`the server no longer has this node: ${error.message}`);
      for (const job of this.active.values()) job.revoke();
      this.session.onRefused(error);
    });
  }

  private readonly release = (): void => {
    this.control.release();
  };

  private follow({ settings, activity, wishes }: HeartbeatResponse): void {
    this.session.transfer.apply(settings);
    if (wishes.includes('reach')) this.lookAtReach();
    if (wishes.includes('capabilities')) this.lookAtTools();
    const shrunk = this.pools.apply(settings, this.session.capabilities.gpus);
    for (const pool of shrunk) this.giveBackExcess(pool);
    this.control.apply(settings, activity);
  }

  private lookAtReach(): void {
    this.session.reach.run().catch((error: unknown) => {
      this.logger.warn(`which libraries can be read here is not known: ${String(error)}`);
    });
  }

  private lookAtTools(): void {
    if (this.lookingAtTools) return;
    this.lookingAtTools = true;
    const tell = async () => {
      const capabilities = await findCapabilities();
      this.session.capabilities = capabilities;
      this.logger.log(`has looked at its tools again: ${summaryOf(capabilities)}`);
      await this.session.client.postUntilAnswered('capabilities', { capabilities }, null, {
        signal: this.stop.signal,
      });
    };
    tell()
      .catch((error: unknown) => {
        this.logger.warn(`what the tools here can do is not known: ${String(error)}`);
      })
      .finally(() => {
        this.lookingAtTools = false;
      });
  }

  /** Jobs that were fetched for slots that are no longer there need not wait here: another node may have one. */
  private giveBackExcess(pool: SlotPool): void {
    const waiting = [...this.active.values()].filter((job) => job.pool === pool && !job.begun);
    for (const job of waiting.reverse().slice(0, pool.places.excess)) job.stop();
  }

  private giveBackFor({ givesBack }: Rest): void {
    for (const job of this.active.values())
      if (givesBack === 'all' || (givesBack === 'not begun' && !job.begun)) job.stop();
  }

  /**
   * Takes nothing new, gives back what has not begun, and waits until the rest is done and delivered. Heartbeats go on meanwhile.
   * Ends early when `giveBack` is called.
   */
  async finish(): Promise<void> {
    this.stop.abort();
    for (const job of this.active.values()) if (!job.begun) job.stop();
    // What stands still would never be done.
    if (this.control.rest.stopped) return;
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
    clearInterval(this.observing);
    for (const job of this.active.values()) job.stop();
    const timer = setTimeout(() => {
      this.deadline.abort();
    }, SHUTDOWN_MS);
    await this.workers.catch(() => undefined);
    this.beating.abort();
    await this.heartbeat;
    this.session.usage.stop();
    this.session.redis.close();
    this.session.workLock.release();
    process.off('exit', this.release);
    clearTimeout(timer);
  }
}
