import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type Bull from 'bull';
import { assignment, type Assignment, type Capabilities, type Lane, type QueuedJob } from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { ServerRefusal, type ServerClient } from '../registration/server-client.js';
import type { Scratch } from '../scratch/scratch.js';
import type { SlotPools } from '../slots/slot-pool.js';
import type { ToolLedger } from '../tools/tool-ledger.js';
import type { Transfer } from '../transfer/transfer.js';
import { JobExecution } from './job-execution.js';
import type { NodeControl } from './node-control.js';

export interface LaneWorkerOptions {
  lane: Lane;
  queue: Bull.Queue<QueuedJob>;
  pools: SlotPools;
  control: NodeControl;
  client: ServerClient;
  pipelines: PipelineRegistry;
  transfer: Transfer;
  workFolder: string;
  scratch: Scratch | null;
  ledger: ToolLedger;
  /** as they are known now */
  capabilities: () => Capabilities;
  /** stops taking new jobs */
  stop: AbortSignal;
  deadline: AbortSignal;
  active: Map<number, JobExecution>;
  /** tests: ms before a queue that could not be read is tried again */
  pauseMs?: number;
}

/** Takes jobs from one lane's queue, as long as there are places for them. */
export class LaneWorker {
  private readonly logger: Logger;
  private readonly running = new Set<Promise<void>>();
  /** why the queue could not be read the last time; null: it could */
  private trouble: string | null = null;

  constructor(private readonly options: LaneWorkerOptions) {
    this.logger = new Logger(`Lane ${options.lane}`);
  }

  /** Pulls until stopped, then waits for what still runs. */
  async run(): Promise<void> {
    const { pools, lane, stop, control } = this.options;
    const pool = pools.forLane(lane);
    const stopped = new Promise<undefined>((resolve) => {
      stop.addEventListener('abort', () => {
        resolve(undefined);
      });
    });
    // A function, since the compiler takes a signal that was not aborted a moment ago for one that never will be.
    const isStopped = () => stop.aborted;
    while (!isStopped()) {
      try {
        await control.whenTaking(stop);
        await pool.places.whenFree(stop);
        if (!control.rest.takesJobs) continue;
        // With Redis gone this never settles; the end of the agent must not wait for it.
        const job = await Promise.race([this.options.queue.getNextJob(), stopped]);
        if (!isStopped()) this.queueIs(null);
        if (!job) continue;
        const release = pool.places.take();
        const done = this.take(job, release)
          .catch((error: unknown) => {
            this.logger.error(
              `job ${job.data.jobId}: ${error instanceof Error ? error.message : String(error)}`,
            );
          })
          .finally(() => {
            release();
            this.running.delete(done);
          });
        this.running.add(done);
      } catch (error) {
        if (isStopped()) break;
        this.queueIs(error instanceof Error ? error.message : String(error));
        await sleep(this.options.pauseMs ?? 2000, undefined, { signal: stop }).catch(() => undefined);
      }
    }
    await Promise.all(this.running);
  }

  /** Said once for each cause, and once when it is over. */
  private queueIs(trouble: string | null): void {
    if (trouble === this.trouble) return;
    if (trouble === null) this.logger.log('the queue can be read again');
    else this.logger.warn(`the queue cannot be read: ${trouble}`);
    this.trouble = trouble;
  }

  private async take(job: Bull.Job<QueuedJob>, releasePlace: () => void): Promise<void> {
    const { client, active } = this.options;
    const granted = await this.claim(job);
    // From here on the lease is what counts; Bull has done its part.
    await job.moveToCompleted('taken', true, true).catch((error: unknown) => {
      this.logger.warn(`job ${job.data.jobId} stays in the queue for now: ${String(error)}`);
    });
    if (granted === null) return;
    const execution = new JobExecution({
      ...this.options,
      client,
      assignment: granted,
      capabilities: this.options.capabilities(),
      pool: this.options.pools.forLane(this.options.lane),
      releasePlace,
    });
    active.set(granted.jobId, execution);
    // It came while the node was told to rest.
    if (this.options.stop.aborted || !this.options.control.rest.takesJobs) execution.stop();
    try {
      await execution.run();
    } finally {
      // One that was revoked may end after its successor has begun here.
      if (active.get(granted.jobId) === execution) active.delete(granted.jobId);
    }
  }

  /** @returns null when the job is no longer ours to take */
  private async claim(job: Bull.Job<QueuedJob>): Promise<Assignment | null> {
    try {
      return await this.options.client.postUntilAnswered(
        `jobs/${job.data.jobId}/claim`,
        { attempt: job.data.attempt },
        assignment,
        { signal: this.options.stop },
      );
    } catch (error) {
      if (this.options.stop.aborted) return null;
      if (error instanceof ServerRefusal) {
        this.logger.debug(error.message);
        return null;
      }
      throw error;
    }
  }
}
