import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  idParam,
  nodeResource,
  updateNode,
  pauseRequest,
  type NodeResource,
  type PauseRequest,
  type UpdateNode,
} from '#contracts';
import { z } from 'zod';
import { NodesService } from './nodes.service.js';
import { RemovalService } from './removal.service.js';

@ApiTags('nodes')
@Controller('nodes')
export class NodesController {
  constructor(
    private readonly nodes: NodesService,
    private readonly removal: RemovalService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: z.array(nodeResource) })
  list(): Promise<NodeResource[]> {
    return this.nodes.list();
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: nodeResource })
  get(@Param('id', { schema: idParam }) id: number): Promise<NodeResource> {
    return this.nodes.get(id);
  }

  @Put(':id')
  @ApiOkResponse({ standardSchema: nodeResource })
  update(
    @Param('id', { schema: idParam }) id: number,
    @Body({ schema: updateNode }) body: UpdateNode,
  ): Promise<NodeResource> {
    return this.nodes.update(id, body);
  }

  /** Cuts a node off at once: what it was working on goes to others. */
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Param('id', { schema: idParam }) id: number): Promise<void> {
    return this.removal.remove(id);
  }

  /** Lets a node rest until it is told to go on; the mode says what becomes of what it runs. */
  @Post(':id/pause')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: nodeResource })
  pause(
    @Param('id', { schema: idParam }) id: number,
    @Body({ schema: pauseRequest }) { mode }: PauseRequest,
  ): Promise<NodeResource> {
    return this.nodes.pause(id, mode);
  }

  /** Ends such a pause; outside its hours the node still rests. */
  @Post(':id/resume')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: nodeResource })
  resume(@Param('id', { schema: idParam }) id: number): Promise<NodeResource> {
    return this.nodes.pause(id, null);
  }

  /** Asks a node to find out anew what its tools and cards can do; the answer comes as the node's `capabilities`. */
  @Post(':id/probe')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: nodeResource })
  probe(@Param('id', { schema: idParam }) id: number): Promise<NodeResource> {
    return this.nodes.probe(id);
  }
}
