import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { BullQueueRepository } from '../../dispatch/bull-queue.repository.js';
import { RedisConnection } from '../../dispatch/redis-connection.js';
import type { HealthCheck } from '../health-check.js';

/** Redis is there: without it no node is handed any work. */
@Injectable()
export class RedisCheck implements HealthCheck {
  constructor(
    private readonly queues: BullQueueRepository,
    private readonly redis: RedisConnection,
  ) {}

  check(): HealthNotice[] {
    const { problem } = this.queues;
    if (problem === null) return [];
    const message =
      `Redis at ${this.redis.address} cannot be reached (${problem.replace(/[.!?]$/, '')}). ` +
      'What runs goes on; nothing new begins until it is back, and nothing is lost.';
    return [{ source: 'Redis', type: 'error', message }];
  }
}
