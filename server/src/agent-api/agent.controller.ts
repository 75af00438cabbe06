import { Body, Controller, ForbiddenException, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  heartbeatRequest,
  LANES,
  registerRequest,
  workFoldersRequest,
  type HeartbeatRequest,
  type HeartbeatResponse,
  type RegisterResponse,
  type WorkFoldersRequest,
  type WorkFoldersResponse,
} from '#contracts';
import type { Request } from 'express';
import { ForNodes } from '../auth/auth.guard.js';
import { nodeOf } from '../auth/principal.js';
import { WorkProbe } from '../delivery/work-probe.service.js';
import { BullQueueRepository, queueName } from '../dispatch/bull-queue.repository.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { RedisAccessService } from '../dispatch/redis-access.service.js';
import { JobReader } from '../jobs/job-reader.service.js';
import { LeaseService } from '../jobs/lease.service.js';
import { LostLeases } from '../jobs/lost-leases.service.js';
import { REMOTE_NODES_OFF } from '../nodes/join.service.js';
import { NodeActivities } from '../nodes/node-activities.service.js';
import { settingsOf } from '../nodes/node-settings.js';
import { NodesService } from '../nodes/nodes.service.js';
import { SettingsService } from '../settings/settings.service.js';
import { greeting, readGreeting, type Greeting } from './protocol-check.js';

/** Seconds between heartbeats of a node that has nothing to do; a removed one is cut off that soon. */
const HEARTBEAT_SECONDS = 3;

/** What nodes say of themselves; see contracts' `agent-protocol`. */
@ApiExcludeController()
@ForNodes()
@Controller('agent')
export class AgentController {
  constructor(
    private readonly nodes: NodesService,
    private readonly activities: NodeActivities,
    private readonly leases: LeaseService,
    private readonly lostLeases: LostLeases,
    private readonly reader: JobReader,
    private readonly dispatch: DispatchService,
    private readonly queues: BullQueueRepository,
    private readonly access: RedisAccessService,
    private readonly workProbe: WorkProbe,
    private readonly settings: SettingsService,
  ) {}

  @Post('register')
  @HttpCode(200)
  async register(
    @Req() request: Request,
    @Body({ schema: greeting }) greeted: Greeting,
  ): Promise<RegisterResponse> {
    const body = readGreeting(greeted, registerRequest);
    const before = nodeOf(request);
    if (!before.builtIn && !this.settings.nodes.remoteNodes) throw new ForbiddenException(REMOTE_NODES_OFF);
    // First of all, so that a process before it takes nothing out of its queues any more.
    const redis = await this.access.grant(before);
    // A process that has just started holds nothing: what it had before is free for a new claim.
    await this.lostLeases.releaseNode(before.id, 'it has started anew');
    await this.dispatch.resetNode(before);
    const keepJobIds = await this.reader.stillOpen(body.workJobIds);
    const node = await this.nodes.register(before, body);
    return {
      nodeId: node.id,
      redis,
      queues: LANES.map((lane) => ({ lane, name: this.queues.fullName(queueName(node.id, lane)) })),
      settings: settingsOf(node),
      activity: this.activities.of(node),
      heartbeatSeconds: HEARTBEAT_SECONDS,
      keepJobIds,
      workProbe: await this.workProbe.probe(),
    };
  }

  @Post('heartbeat')
  @HttpCode(200)
  async heartbeat(
    @Req() request: Request,
    @Body({ schema: heartbeatRequest }) body: HeartbeatRequest,
  ): Promise<HeartbeatResponse> {
    const node = nodeOf(request);
    await this.nodes.touch(node, { usage: body.usage, resting: body.resting });
    return {
      settings: settingsOf(node),
      activity: this.activities.of(node),
      wishes: this.nodes.takeWishes(node.id),
      revoked: await this.leases.heartbeat(node, body),
    };
  }

  @Post('work-folders')
  @HttpCode(200)
  async workFolders(
    @Body({ schema: workFoldersRequest }) { workJobIds }: WorkFoldersRequest,
  ): Promise<WorkFoldersResponse> {
    return { keepJobIds: await this.reader.stillOpen(workJobIds) };
  }
}
