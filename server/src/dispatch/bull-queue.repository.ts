import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import Bull from 'bull';
import { bullJobId, type Lane, type QueuedJob } from '#contracts';
import { RedisConnection } from './redis-connection.js';

/** The name of a node's Bull queue for one lane. */
export function queueName(nodeId: number, lane: Lane): string {
  return `node-${nodeId}-${lane}`;
}

/** Bull, as the server uses it: it only puts jobs in and takes them out. Queues come and go with nodes. */
@Injectable()
export class BullQueueRepository implements OnApplicationShutdown {
  private readonly logger = new Logger('Queue');
  private readonly queues = new Map<string, Bull.Queue<QueuedJob>>();

  constructor(private readonly redis: RedisConnection) {}

  async add(name: string, job: QueuedJob, epoch: number): Promise<void> {
    await this.queue(name).add(job, {
      jobId: bullJobId(job.jobId, job.attempt, epoch),
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
    });
  }

  /** Takes a job out again. @returns false when a node has it in hand already */
  async remove(name: string, bullId: string): Promise<boolean> {
    const job = await this.queue(name).getJob(bullId);
    if (job === null) return true;
    try {
      await job.remove();
      return true;
    } catch {
      // Bull refuses to remove a locked job: the node is claiming it at this moment.
      return false;
    }
  }

  /** @returns the ids of all jobs that lie in a queue, whoever may have taken them in hand */
  async ids(name: string): Promise<Set<string>> {
    const jobs = await this.queue(name).getJobs(['waiting', 'active', 'delayed', 'paused'], 0, 1000);
    // A job whose data vanished between two calls is null, whatever the types say.
    return new Set(
      jobs.filter((job): job is Bull.Job<QueuedJob> => Boolean(job)).map((job) => String(job.id)),
    );
  }

  /** Takes everything out, also what a node that is gone had in hand. */
  async clear(name: string): Promise<void> {
    await this.queue(name).obliterate({ force: true });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
  }

  private queue(name: string): Bull.Queue<QueuedJob> {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = new Bull<QueuedJob>(name, this.redis.url, { settings: { lockDuration: 60_000 } });
      queue.on('error', (error) => {
        this.logger.warn(`queue ${name}: ${error.message}`);
      });
      this.queues.set(name, queue);
    }
    return queue;
  }
}
