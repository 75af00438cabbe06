import { createHash, randomBytes } from 'node:crypto';
import {
  Injectable,
  Logger,
  ServiceUnavailableException,
  UnauthorizedException,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { LANES, type RedisAccess } from '#contracts';
import { Mutex } from 'async-mutex';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { DbWriter } from '../database/db-writer.js';
import { NodeEntity } from '../nodes/node.entity.js';
import { SettingsService } from '../settings/settings.service.js';
import { BullQueueRepository, queueName } from './bull-queue.repository.js';
import { addressOf, isLoopback, RedisConnection, type RedisOptions } from './redis-connection.js';
import { nodeOfUser, redisUser, storedUsers, userRules } from './redis-users.js';

/** ms after which users that could not be set are tried again, while Redis is there. */
const AGAIN_MS = 5000;
const ANSWER_MS = 5000;

/** No node has it: the user that shows whether users can be made at all. */
const NOBODY = 0;

/** What Redis says when it is in trouble itself; every other refusal is about what its account may do. */
const PASSING = /^(LOADING|BUSY|OOM|READONLY|MISCONF|MASTERDOWN|NOREPLICAS|TRYAGAIN|CLUSTERDOWN)/;

/**
 * As whom nodes ask Redis for their work: each has a user of its own, who may do with its own queues what Bull does, and no more.
 * Redis forgets its users when it restarts, so that they are set again from SQLite whenever it comes back.
 */
@Injectable()
export class RedisAccessService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly mutex = new Mutex();
  private client: Redis | null = null;
  private timer: NodeJS.Timeout | undefined;
  private lastError: string | null = null;
  /** why no users can be made; undefined: it has not been tried yet */
  private refusal: string | null | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly config: AppConfig,
    private readonly settings: SettingsService,
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly queues: BullQueueRepository,
  ) {}

  /** @returns why Redis cannot be used just now, or null */
  get problem(): string | null {
    return this.client === null || this.client.status === 'ready' ? null : this.lastError;
  }

  get isThere(): boolean {
    return this.client?.status === 'ready';
  }

  /** @returns why all nodes share one credential, or null when each has its own */
  get sharedBecause(): string | null {
    return this.refusal ?? null;
  }

  /** Host and port under which nodes on other machines reach Redis; `*` is this machine under any name. */
  get nodesAddress(): string {
    if (!this.redis.builtIn) return addressOf(this.redis.forNodes);
    return this.settings.nodes.remoteNodes ? `*:${this.config.redisPort}` : this.redis.address;
  }

  onApplicationBootstrap(): void {
    this.client = new Redis({
      ...this.redis.options,
      connectionName: 'boilarr-access',
      // Who asks while Redis is away hears so at once.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: ANSWER_MS,
    });
    this.client.on('error', (error: Error) => {
      this.lastError = error.message;
    });
    this.client.on('ready', () => void this.restore());
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.client?.disconnect();
    this.client = null;
  }

  /**
   * Makes a new password for a node, which ends what is still connected with the one before.
   * @returns what the node needs to reach its queues
   * @throws ServiceUnavailableException while Redis is away, UnauthorizedException for a node that is no more
   */
  async grant(node: Pick<NodeEntity, 'id' | 'builtIn'>): Promise<RedisAccess> {
    // A node may ask in the moment in which the server itself has only begun to connect.
    await this.whenReady();
    return this.mutex.runExclusive(async () => {
      const client = this.ready();
      if (this.refusal === undefined) await this.setUsers(client);
      if (this.refusal !== null) return this.shared(node);
      const password = randomBytes(24).toString('hex');
      const redisHash = createHash('sha256').update(password).digest('hex');
      const name = redisUser(this.settings.instance, node.id);
      const { affected } = await this.writer.write((manager) =>
        manager.update(NodeEntity, { id: node.id }, { redisHash }),
      );
      // Removed since its request came in: what is made for it now nobody would take away again.
      if (affected === 0) throw new UnauthorizedException('this node is not known');
      await client.call('ACL', 'SETUSER', name, ...userRules(this.settings.instance, node.id, redisHash));
      await client.call('CLIENT', 'KILL', 'USER', name);
      return { ...this.endpoint(node), username: name, password };
    });
  }

  /**
   * Cuts off a node that is no longer in the database. With Redis away that is done when it comes back: its users are
   * compared with the nodes then.
   */
  async revoke(nodeId: number): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (this.client?.status !== 'ready' || this.refusal !== null) return;
      // This ends its connections, too.
      await this.client.call('ACL', 'DELUSER', redisUser(this.settings.instance, nodeId));
    });
  }

  /** Leaves nothing at Redis of the queues of a node that is no more. */
  async dropQueues(nodeId: number): Promise<void> {
    for (const lane of LANES) await this.queues.drop(queueName(nodeId, lane));
  }

  private async whenReady(): Promise<void> {
    const { client } = this;
    if (client === null || client.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        client.off('ready', done);
        resolve();
      };
      const timer = setTimeout(done, ANSWER_MS);
      client.once('ready', done);
    });
  }

  private ready(): Redis {
    if (this.client?.status === 'ready') return this.client;
    throw new ServiceUnavailableException(
      `Redis cannot be reached (${this.problem ?? 'not yet'}); try again`,
    );
  }

  /** Sets all users as SQLite has them, and takes away those of nodes that are no more. */
  private async restore(): Promise<void> {
    clearTimeout(this.timer);
    try {
      await this.mutex.runExclusive(() => this.setUsers(this.ready()));
    } catch (error) {
      if (this.client?.status !== 'ready') return;
      this.logger.warn(
        `the nodes' users could not be set at Redis, and are tried again soon: ${messageOf(error)}`,
      );
      this.timer = setTimeout(() => void this.restore(), AGAIN_MS);
    }
  }

  private async setUsers(client: Redis): Promise<void> {
    const { instance } = this.settings;
    const before = this.refusal;
    try {
      const nobody = redisUser(instance, NOBODY);
      await client.call('ACL', 'SETUSER', nobody, ...userRules(instance, NOBODY, '0'.repeat(64)), 'off');
      const users = await storedUsers(this.dataSource);
      for (const { name, rules } of users) await client.call('ACL', 'SETUSER', name, ...rules);
      const known = new Set(users.map(({ nodeId }) => nodeId));
      for (const user of (await client.call('ACL', 'USERS')) as string[]) {
        const nodeId = nodeOfUser(instance, user);
        if (nodeId === null || known.has(nodeId)) continue;
        await client.call('ACL', 'DELUSER', user);
        if (nodeId !== NOBODY) await this.dropQueues(nodeId);
      }
      this.refusal = null;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.refusal = messageOf(error);
      if (before !== this.refusal)
        this.logger.warn(
          `nodes share one credential, because Redis refuses users of their own: ${this.refusal}`,
        );
    }
  }

  /** Where a node finds Redis: the built-in one as the server does, others as the server is told that they do. */
  private endpoint({
    builtIn,
  }: Pick<NodeEntity, 'builtIn'>): Pick<RedisAccess, 'tls' | 'host' | 'port' | 'db'> {
    const { host, port, db, tls } = this.optionsFor(builtIn);
    const inside = this.redis.builtIn && !builtIn;
    return {
      tls: tls !== undefined,
      // What is on the server's own machine is there for the node under the name that it has for that.
      host: !builtIn && isLoopback(host) ? null : host,
      port: inside ? this.config.redisPort : port,
      db,
    };
  }

  private shared(node: Pick<NodeEntity, 'builtIn'>): RedisAccess {
    const own = this.optionsFor(node.builtIn);
    const { username, password } = own.password === undefined ? this.redis.options : own;
    return { ...this.endpoint(node), username: username ?? null, password: password ?? null };
  }

  private optionsFor(builtIn: boolean): RedisOptions {
    return builtIn ? this.redis.options : this.redis.forNodes;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Redis has understood, and says no. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && !PASSING.test(error.message);
}
