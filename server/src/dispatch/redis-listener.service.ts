import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { AppConfig } from '../config/app-config.js';
import { EventBus } from '../realtime/event-bus.js';
import { SettingsService } from '../settings/settings.service.js';
import { RedisConnection } from './redis-connection.js';
import { TcpForwarder } from './tcp-forwarder.js';

/** ms between tries to listen on a port that somebody else has. */
const AGAIN_MS = 5000;

/**
 * The built-in Redis for nodes on other machines. Redis itself stays on loopback; while remote nodes are switched on, the server
 * listens on one fixed port of every interface and passes on what comes. So the switch is live in both directions,
 * and no connection of the server itself notices it.
 */
@Injectable()
export class RedisListener implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly mutex = new Mutex();
  private forwarder: TcpForwarder | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopListening: () => void = () => undefined;
  private stopped = false;
  private failure: string | null = null;

  constructor(
    private readonly redis: RedisConnection,
    private readonly config: AppConfig,
    private readonly settings: SettingsService,
    private readonly events: EventBus,
  ) {}

  /** @returns why nodes on other machines cannot reach the built-in Redis although they should, or null */
  get problem(): string | null {
    return this.failure;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.redis.builtIn) return;
    this.stopListening = this.events.on('nodesSettings', () => void this.follow());
    await this.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    await this.follow();
  }

  /** Resolves when it listens, or does not, as the settings say. */
  async follow(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      clearTimeout(this.timer);
      const wanted = this.redis.builtIn && this.settings.nodes.remoteNodes && !this.stopped;
      if (wanted) await this.open();
      else await this.close();
    });
  }

  private async open(): Promise<void> {
    if (this.forwarder !== null) return;
    const { redisPort } = this.config;
    try {
      this.forwarder = await TcpForwarder.open(redisPort, this.redis.options);
      this.failure = null;
      this.logger.log(`nodes on other machines reach the built-in Redis on port ${redisPort}`);
    } catch (error) {
      const failure = describe(error, redisPort);
      if (failure !== this.failure) this.logger.error(failure);
      this.failure = failure;
      this.timer = setTimeout(() => void this.follow(), AGAIN_MS);
    }
  }

  private async close(): Promise<void> {
    this.failure = null;
    await this.forwarder?.close();
    this.forwarder = null;
  }
}

function describe(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const why =
    code === 'EADDRINUSE'
      ? `port ${port} is in use by another program; end that, or set BOILARR_REDIS_PORT to a free port and start the server again`
      : `port ${port} cannot be listened on (${code}); set BOILARR_REDIS_PORT to another port and start the server again`;
  return `nodes on other machines cannot reach the built-in Redis: ${why}`;
}
