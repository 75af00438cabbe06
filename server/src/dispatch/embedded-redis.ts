import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { freePort, startRedisProcess, type RedisProcess } from './redis-server.js';
import type { StoredUser } from './redis-users.js';

const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** ms after which a Redis counts as having been well, so that the next pause is a short one again. */
const WELL_MS = 60_000;

/**
 * The server's own Redis, kept alive: one that dies is started again on the same port with the same password, so that
 * whoever was connected connects again by itself. What was in it is gone, which dispatch sees and puts back.
 */
export class EmbeddedRedis {
  /** holds the password */
  readonly url: string;
  private readonly logger = new Logger('Redis');
  private process: RedisProcess | null = null;
  private starting: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private pause = SHORTEST_PAUSE_MS;
  private stopping = false;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly password: string,
    private readonly users: () => Promise<readonly StoredUser[]>,
  ) {
    this.url = `redis://:${password}@127.0.0.1:${port}/0`;
  }

  /**
   * @param users who may connect besides the server; asked at each start, so that nobody finds Redis without them
   * @throws Error when redis-server is missing or does not start at all
   */
  static async start(folder: string, users: () => Promise<readonly StoredUser[]>): Promise<EmbeddedRedis> {
    const redis = new EmbeddedRedis(folder, await freePort(), randomBytes(24).toString('hex'), users);
    await redis.launch();
    return redis;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.starting;
    await this.process?.stop();
  }

  /** For an end that can wait no longer. */
  kill(): void {
    this.stopping = true;
    this.process?.kill();
  }

  private async launch(): Promise<void> {
    const started = Date.now();
    this.process = await startRedisProcess(this.folder, this.port, this.password, await this.users());
    void this.process.ended.then(() => {
      this.process = null;
      if (Date.now() - started > WELL_MS) this.pause = SHORTEST_PAUSE_MS;
      this.again('has ended');
    });
  }

  private again(why: string): void {
    if (this.stopping) return;
    this.logger.warn(
      `the built-in Redis ${why}; it is started again in ${this.pause / 1000} s, nothing is lost`,
    );
    this.timer = setTimeout(() => {
      this.starting = this.launch().catch((error: unknown) => {
        this.again(`cannot be started: ${error instanceof Error ? error.message : String(error)}`);
      });
    }, this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }
}
