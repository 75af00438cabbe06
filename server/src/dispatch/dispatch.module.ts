import { Module, type DynamicModule } from '@nestjs/common';
import { NodesModule } from '../nodes/nodes.module.js';
import { BullQueueRepository } from './bull-queue.repository.js';
import { DispatchService } from './dispatch.service.js';
import { LotMatcher } from './lot-matcher.service.js';
import { QueueFiller } from './queue-filler.service.js';
import { RedisAccessService } from './redis-access.service.js';
import { RedisConnection } from './redis-connection.js';
import { RedisListener } from './redis-listener.service.js';

@Module({})
export class DispatchModule {
  static register(redis: RedisConnection): DynamicModule {
    return {
      module: DispatchModule,
      global: true,
      imports: [NodesModule],
      providers: [
        { provide: RedisConnection, useValue: redis },
        BullQueueRepository,
        DispatchService,
        LotMatcher,
        QueueFiller,
        RedisAccessService,
        RedisListener,
      ],
      exports: [RedisConnection, BullQueueRepository, DispatchService, RedisAccessService, RedisListener],
    };
  }
}
