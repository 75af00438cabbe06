import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { BullQueueRepository } from '../../dispatch/bull-queue.repository.js';
import { RedisAccessService } from '../../dispatch/redis-access.service.js';
import { RedisConnection } from '../../dispatch/redis-connection.js';
import { RedisListener } from '../../dispatch/redis-listener.service.js';
import { SettingsService } from '../../settings/settings.service.js';
import type { HealthCheck } from '../health-check.js';

/** Redis is there: without it no node is handed any work. And nodes can reach it, each no more of it than its own. */
@Injectable()
export class RedisCheck implements HealthCheck {
  constructor(
    private readonly queues: BullQueueRepository,
    private readonly redis: RedisConnection,
    private readonly access: RedisAccessService,
    private readonly listener: RedisListener,
    private readonly settings: SettingsService,
  ) {}

  check(): HealthNotice[] {
    const source = 'Redis';
    const problem = this.queues.problem ?? this.access.problem;
    const notices: HealthNotice[] = [];
    if (problem !== null) {
      const message =
        `Redis at ${this.redis.address} cannot be reached (${withoutStop(problem)}). ` +
        'What runs goes on; nothing new begins until it is back, and nothing is lost.';
      notices.push({ source, type: 'error', message });
    }
    if (this.listener.problem !== null)
      notices.push({ source, type: 'error', message: this.listener.problem });
    if (this.settings.nodes.remoteNodes) notices.push(...this.credentials(source));
    return notices;
  }

  private credentials(source: string): HealthNotice[] {
    const { sharedBecause } = this.access;
    if (sharedBecause === null) return [];
    const open = this.redis.options.password === undefined && this.redis.forNodes.password === undefined;
    const message = open
      ? `Redis at ${this.access.nodesAddress} asks for no password, and nodes on other machines are switched on: whoever reaches it can read and change all queues. Give it a password, and put that into BOILARR_REDIS_URL.`
      : `All nodes share one credential for Redis at ${this.access.nodesAddress}, because users of their own are refused ` +
        `(${withoutStop(sharedBecause)}): each could read and change the queues of the others, and one that was removed still can. ` +
        'Give the account in BOILARR_REDIS_URL the right to ACL, on Redis 6.2 or newer.';
    return [{ source, type: 'warning', message }];
  }
}

function withoutStop(text: string): string {
  return text.replace(/[.!?]$/, '');
}
