import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  nodesSettingsResource,
  updateNodesSettings,
  type NodesSettingsResource,
  type UpdateNodesSettings,
} from '#contracts';
import { RedisAccessService } from '../dispatch/redis-access.service.js';
import { RedisConnection } from '../dispatch/redis-connection.js';
import { RedisListener } from '../dispatch/redis-listener.service.js';
import { SettingsService } from './settings.service.js';

@ApiTags('settings')
@Controller('settings')
export class SettingsController {
  constructor(
    private readonly settings: SettingsService,
    private readonly redis: RedisConnection,
    private readonly access: RedisAccessService,
    private readonly listener: RedisListener,
  ) {}

  @Get('nodes')
  @ApiOkResponse({ standardSchema: nodesSettingsResource })
  nodes(): NodesSettingsResource {
    return {
      ...this.settings.nodes,
      fixed: this.settings.fixedForNodes,
      redis: {
        builtIn: this.redis.builtIn,
        address: this.access.nodesAddress,
        separateUsers: this.access.sharedBecause === null,
      },
    };
  }

  @Put('nodes')
  @ApiOkResponse({ standardSchema: nodesSettingsResource })
  async updateNodes(
    @Body({ schema: updateNodesSettings }) body: UpdateNodesSettings,
  ): Promise<NodesSettingsResource> {
    await this.settings.updateNodes(body);
    // Answered when it is so, not when it is meant to be.
    await this.listener.follow();
    return this.nodes();
  }
}
