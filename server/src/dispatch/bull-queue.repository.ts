import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import Bull from 'bull';
import { bullJobId, type Lane, type QueuedJob } from '#contracts';
import { SettingsService } from '../settings/settings.service.js';
import { RedisConnection } from './redis-connection.js';
import { redisPrefix } from './redis-users.js';

/** The name of a node's Bull queue for one lane. */
export function queueName(nodeId: number, lane: Lane): string {
  return `node-${nodeId}-${lane}`;
}

/** ms that Redis gets for an answer. Its client would wait for as long as Redis is away. */
const ANSWER_MS = 5000;
const CLOSE_MS = 1500;

/** ms between two log lines that say the same of a queue: a client that reconnects complains each time. */
const SAME_WARNING_MS = 60_000;

/**
 * Bull, as the server uses it: it only puts jobs in and takes them out. Queues come and go with nodes. With Redis away every
 * call fails after a few seconds; what it would have done may still happen when Redis comes back, and is then put right by the next
 * comparison with SQLite.
 */
@Injectable()
export class BullQueueRepository implements OnApplicationShutdown {
  private readonly logger = new Logger('Queue');
  private readonly queues = new Map<string, Bull.Queue<QueuedJob>>();
  private readonly warned = new Map<string, number>();
  private lastProblem: string | null = null;

  constructor(
    private readonly redis: RedisConnection,
    private readonly settings: SettingsService,
  ) {}

  /** @returns a queue's name at Redis, which several installations may share */
  fullName(name: string): string {
    return `${redisPrefix(this.settings.instance)}${name}`;
  }

  /** @returns why Redis cannot be used just now, or null */
  get problem(): string | null {
    const away = [...this.queues.values()].some((queue) => queue.client.status !== 'ready');
    // A connection that is being made for the first time is no problem yet.
    return away ? this.lastProblem : null;
  }

  async add(name: string, job: QueuedJob, epoch: number): Promise<void> {
    await this.ask(name, (queue) =>
      queue.add(job, {
        jobId: bullJobId(job.jobId, job.attempt, epoch),
        attempts: 1,
        removeOnComplete: true,
        removeOnFail: true,
      }),
    );
  }

  /** Takes a job out again. @returns false when a node has it in hand already */
  async remove(name: string, bullId: string): Promise<boolean> {
    const job = await this.ask(name, (queue) => queue.getJob(bullId));
    if (job === null) return true;
    return this.ask(name, async () => {
      try {
        await job.remove();
        return true;
      } catch {
        // Bull refuses to remove a locked job: the node is claiming it at this moment.
        return false;
      }
    });
  }

  /** @returns the ids of all jobs that lie in a queue, whoever may have taken them in hand */
  ids(name: string): Promise<Set<string>> {
    return this.idsIn(name, ['waiting', 'active', 'delayed', 'paused']);
  }

  /** @returns the ids of those that somebody has taken out and not completed */
  inHand(name: string): Promise<Set<string>> {
    return this.idsIn(name, ['active']);
  }

  private async idsIn(name: string, states: Bull.JobStatus[]): Promise<Set<string>> {
    const jobs = await this.ask(name, (queue) => queue.getJobs(states, 0, 1000));
    // A job whose data vanished between two calls is null, whatever the types say.
    return new Set(
      jobs.filter((job): job is Bull.Job<QueuedJob> => Boolean(job)).map((job) => String(job.id)),
    );
  }

  /** Takes everything out, also what a node that is gone had in hand. */
  async clear(name: string): Promise<void> {
    await this.ask(name, (queue) => queue.obliterate({ force: true }));
  }

  /** Takes everything out for good: the node that it was for is no more. */
  async drop(name: string): Promise<void> {
    await this.clear(name);
    const queue = this.queues.get(name);
    this.queues.delete(name);
    if (queue !== undefined) await close(queue);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => close(queue)));
  }

  /** @throws Error when Redis does not answer in time */
  private async ask<T>(name: string, question: (queue: Bull.Queue<QueuedJob>) => Promise<T>): Promise<T> {
    const answer = question(this.queue(name));
    // Settled after its time is up, nobody listens to it any more.
    answer.catch(() => undefined);
    return within(ANSWER_MS, answer, () => {
      throw new Error(`Redis does not answer: ${this.problem ?? 'it is slow'}`);
    });
  }

  private queue(name: string): Bull.Queue<QueuedJob> {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = new Bull<QueuedJob>(this.fullName(name), {
        // Bull changes what it is given.
        redis: { ...this.redis.options },
        settings: { lockDuration: 60_000 },
      });
      queue.on('error', (error) => {
        this.warn(name, error.message);
      });
      this.queues.set(name, queue);
    }
    return queue;
  }

  private warn(name: string, message: string): void {
    this.lastProblem = message;
    const now = Date.now();
    if (now - (this.warned.get(message) ?? 0) < SAME_WARNING_MS) return;
    if (this.warned.size > 100) this.warned.clear();
    this.warned.set(message, now);
    this.logger.warn(`queue ${name}: ${message}`);
  }
}

async function within<T>(ms: number, work: Promise<T>, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(otherwise());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }, ms);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}

/** Bull says goodbye to Redis, and would wait for ever for one that is gone. */
async function close(queue: Bull.Queue<QueuedJob>): Promise<void> {
  const closing = queue.close(true).catch(() => undefined);
  await within(CLOSE_MS, closing, () => {
    queue.client.disconnect();
  });
}
