import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { capabilitiesReport, type CapabilitiesReport, type RedisAccess } from '#contracts';
import type { Request } from 'express';
import { ForNodes } from '../auth/auth.guard.js';
import { nodeOf } from '../auth/principal.js';
import { RedisAccessService } from '../dispatch/redis-access.service.js';
import { NodesService } from '../nodes/nodes.service.js';

/** What nodes ask and tell between registrations, without a job of theirs being touched; see contracts' `agent-protocol`. */
@ApiExcludeController()
@ForNodes()
@Controller('agent')
export class UpkeepController {
  constructor(
    private readonly nodes: NodesService,
    private readonly access: RedisAccessService,
  ) {}

  /** A node that Redis does not know any longer gets another password; it keeps its leases and its queues. */
  @Post('redis-access')
  @HttpCode(200)
  redisAccess(@Req() request: Request): Promise<RedisAccess> {
    return this.access.grant(nodeOf(request));
  }

  @Post('capabilities')
  @HttpCode(204)
  capabilities(
    @Req() request: Request,
    @Body({ schema: capabilitiesReport }) { capabilities }: CapabilitiesReport,
  ): Promise<void> {
    return this.nodes.setCapabilities(nodeOf(request).id, capabilities);
  }
}
