import { Logger } from '@nestjs/common';
import type { RedisAccess } from '#contracts';
import { Redis, type RedisOptions } from 'ioredis';
import { AccessWatch, troubleOf } from './access-watch.js';
import { atMostEvery } from './at-most-every.js';
import { redisOptions } from './redis-options.js';

/**
 * ms without an answer to a command after which a connection is given up: one whose other end has vanished says nothing by itself. Bull's
 * longest command blocks for a second.
 */
const SILENT_MS = 15_000;

const WATCH_MS = 1000;

type LinkType = 'client' | 'subscriber' | 'bclient';

/** A connection that stays ended: a queue that is closed connects once more. */
class Link extends Redis {
  private over = false;

  endForGood(): void {
    this.over = true;
    this.disconnect();
  }

  override connect(callback?: (error?: Error | null) => void): Promise<void> {
    return this.over ? Promise.resolve() : super.connect(callback);
  }
}

/**
 * A node's connections to Redis, which come back by themselves for ever. The queues share the one for commands; each has its own to wait
 * with. Where Redis refuses the node for a while, the server is asked for another password, and what runs is none the wiser.
 */
export class RedisLinks {
  private readonly logger = new Logger('Redis');
  private readonly links = new Set<Link>();
  private readonly watch = new AccessWatch();
  private readonly complain = atMostEvery(60_000, (problem: string) => {
    this.logger.warn(`${problem}; what runs goes on`);
  });
  private shared: Link | null = null;
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private trouble: string | null = null;

  /** @param ask asks the server for access anew; rejects when it cannot be had now */
  constructor(
    private access: RedisAccess,
    private readonly serverUrl: string,
    private readonly ask: () => Promise<RedisAccess>,
  ) {}

  /** What keeps this node from its queues; null: nothing. */
  get problem(): string | null {
    return this.trouble;
  }

  /** For Bull. */
  readonly create = (type: LinkType): Redis => {
    if (type === 'client') return (this.shared ??= this.connect({}, true));
    // Bull waits with these for as long as it takes.
    return this.connect({ maxRetriesPerRequest: null, enableReadyCheck: false }, false);
  };

  start(): void {
    this.timer = setInterval(() => {
      if (!this.asking && this.watch.due(performance.now())) void this.renew();
    }, WATCH_MS);
  }

  /** Ends them all at once; nobody waits for a Redis that may be gone for good. */
  close(): void {
    clearInterval(this.timer);
    for (const link of this.links) link.endForGood();
    this.links.clear();
  }

  private connect(special: RedisOptions, tells: boolean): Link {
    const link = new Link({
      ...redisOptions(this.access, this.serverUrl),
      ...{ socketTimeout: SILENT_MS, keepAlive: 10_000, connectTimeout: 10_000, disableClientInfo: true },
      retryStrategy: (times) => Math.min(times * 100, 3000) * (0.75 + Math.random() / 4),
      reconnectOnError: (error) => {
        this.failed(error);
        return false;
      },
      ...special,
    });
    link.on('error', (error: Error) => {
      this.failed(error);
      if (!tells && troubleOf(error) === 'unreachable') void this.askAgain();
    });
    // The others count as ready before Redis has said a word.
    if (tells)
      link.on('ready', () => {
        this.works();
      });
    this.links.add(link);
    return link;
  }

  /**
   * One that waits may notice late that Redis was away, when the one that tells has it back already and would say no more. Where that one
   * is away, too, it tells by itself.
   */
  private async askAgain(): Promise<void> {
    const shared = this.shared;
    if (shared?.status !== 'ready') return;
    await shared.ping().then(
      () => {
        this.works();
      },
      () => undefined,
    );
  }

  private works(): void {
    this.watch.worked();
    if (this.trouble !== null) this.logger.log('Redis is there again');
    this.trouble = null;
  }

  private failed(error: Error): void {
    const kind = troubleOf(error);
    if (kind === null) return;
    this.watch.failed(kind, performance.now());
    const what = kind === 'refused' ? 'Redis refuses this node' : 'Redis cannot be reached';
    this.trouble = `${what}: ${error.message === '' ? ('code' in error ? String(error.code) : error.name) : error.message}`;
    this.complain(this.trouble);
  }

  private async renew(): Promise<void> {
    this.asking = true;
    try {
      this.access = await this.ask();
      this.logger.log('has new access to Redis');
      const options = redisOptions(this.access, this.serverUrl);
      for (const link of this.links) {
        // Read anew at each connection.
        Object.assign(link.options, options);
        link.disconnect(true);
      }
    } catch (error) {
      this.logger.warn(
        `no new access to Redis yet: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      this.asking = false;
    }
  }
}
