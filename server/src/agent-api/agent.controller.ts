import { Body, ConflictException, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  childrenRequest,
  claimRequest,
  deliverRequest,
  failRequest,
  heartbeatRequest,
  idParam,
  logRequest,
  PROTOCOL_VERSION,
  registerRequest,
  skipRequest,
  stepReport,
  type Assignment,
  type ChildrenRequest,
  type ClaimRequest,
  type DeliverRequest,
  type FailRequest,
  type HeartbeatRequest,
  type HeartbeatResponse,
  type LogRequest,
  type RegisterRequest,
  type RegisterResponse,
  type SkipRequest,
  type StepReport,
} from '#contracts';
import type { Request } from 'express';
import { ForNodes } from '../auth/auth.guard.js';
import { LeaseToken } from '../auth/lease-token.decorator.js';
import { nodeOf } from '../auth/principal.js';
import { queueName } from '../dispatch/bull-queue.repository.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { RedisConnection } from '../dispatch/redis-connection.js';
import { JobReader } from '../jobs/job-reader.service.js';
import { LeaseService } from '../jobs/lease.service.js';
import { LostLeases } from '../jobs/lost-leases.service.js';
import type { NodeEntity } from '../nodes/node.entity.js';
import { NodesService } from '../nodes/nodes.service.js';

/** Seconds between heartbeats of a node that has nothing to do. */
const HEARTBEAT_SECONDS = 5;

const idParameter = { schema: idParam };

function settingsOf(node: NodeEntity): RegisterResponse['settings'] {
  return {
    name: node.name,
    enabled: node.enabled,
    cpuSlots: node.enabled ? node.cpuSlots : 0,
    gpuSlots: node.enabled ? node.gpuSlots : 0,
    lanes: node.lanes,
  };
}

/** What nodes call; see contracts' `agent-protocol`. */
@ApiExcludeController()
@ForNodes()
@Controller('agent')
export class AgentController {
  constructor(
    private readonly nodes: NodesService,
    private readonly leases: LeaseService,
    private readonly lostLeases: LostLeases,
    private readonly reader: JobReader,
    private readonly dispatch: DispatchService,
    private readonly redis: RedisConnection,
  ) {}

  @Post('register')
  @HttpCode(200)
  async register(
    @Req() request: Request,
    @Body({ schema: registerRequest }) body: RegisterRequest,
  ): Promise<RegisterResponse> {
    if (body.protocol !== PROTOCOL_VERSION) {
      throw new ConflictException(
        `this server speaks protocol ${PROTOCOL_VERSION} and the node ${body.protocol}; bring both to one version`,
      );
    }
    const before = nodeOf(request);
    // A process that has just started holds nothing: what it had before is free for a new claim.
    await this.lostLeases.releaseNode(before.id, 'it has started anew');
    await this.dispatch.resetNode(before);
    const keepJobIds = await this.reader.stillOpen(body.workJobIds);
    const node = await this.nodes.register(before, body);
    return {
      nodeId: node.id,
      redisUrl: this.redis.url,
      queues: node.lanes.map((lane) => ({ lane, name: queueName(node.id, lane) })),
      settings: settingsOf(node),
      heartbeatSeconds: HEARTBEAT_SECONDS,
      keepJobIds,
    };
  }

  @Post('heartbeat')
  @HttpCode(200)
  async heartbeat(
    @Req() request: Request,
    @Body({ schema: heartbeatRequest }) body: HeartbeatRequest,
  ): Promise<HeartbeatResponse> {
    const node = nodeOf(request);
    await this.nodes.touch(node);
    return { settings: settingsOf(node), revoked: await this.leases.heartbeat(node, body) };
  }

  @Post('jobs/:id/claim')
  @HttpCode(200)
  claim(
    @Req() request: Request,
    @Param('id', idParameter) id: number,
    @Body({ schema: claimRequest }) body: ClaimRequest,
  ): Promise<Assignment> {
    return this.leases.claim(nodeOf(request), id, body.attempt);
  }

  @Post('jobs/:id/step')
  @HttpCode(204)
  step(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: stepReport }) body: StepReport,
  ): Promise<void> {
    return this.leases.step(id, token, body);
  }

  @Post('jobs/:id/log')
  @HttpCode(204)
  log(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: logRequest }) body: LogRequest,
  ): Promise<void> {
    return this.leases.appendLog(id, token, body.text);
  }

  @Post('jobs/:id/children')
  @HttpCode(204)
  children(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: childrenRequest }) body: ChildrenRequest,
  ): Promise<void> {
    return this.leases.yieldFor(id, token, body);
  }

  @Post('jobs/:id/deliver')
  @HttpCode(204)
  deliver(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: deliverRequest }) body: DeliverRequest,
  ): Promise<void> {
    return this.leases.deliver(id, token, body);
  }

  @Post('jobs/:id/skip')
  @HttpCode(204)
  skip(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: skipRequest }) body: SkipRequest,
  ): Promise<void> {
    return this.leases.skip(id, token, body.reason);
  }

  @Post('jobs/:id/fail')
  @HttpCode(204)
  fail(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: failRequest }) body: FailRequest,
  ): Promise<void> {
    return this.leases.fail(id, token, body);
  }

  @Post('jobs/:id/give-back')
  @HttpCode(204)
  giveBack(@Param('id', idParameter) id: number, @LeaseToken() token: string): Promise<void> {
    return this.leases.giveBack(id, token);
  }
}
