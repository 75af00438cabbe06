import { Injectable } from '@nestjs/common';
import type { RedisAccess } from '#contracts';
import type { NodeEntity } from '../nodes/node.entity.js';
import { RedisConnection } from './redis-connection.js';

/** As whom nodes ask Redis for their work. */
@Injectable()
export class RedisAccessService {
  constructor(private readonly redis: RedisConnection) {}

  /** @returns what a node that registers needs to reach its queues */
  grant(node: NodeEntity): Promise<RedisAccess> {
    const url = new URL(this.redis.url);
    return Promise.resolve({
      tls: url.protocol === 'rediss:',
      host: node.builtIn || url.hostname !== '127.0.0.1' ? url.hostname : null,
      port: Number(url.port === '' ? 6379 : url.port),
      db: Number(url.pathname.slice(1) || 0),
      username: url.username === '' ? null : decodeURIComponent(url.username),
      password: url.password === '' ? null : decodeURIComponent(url.password),
    });
  }
}
