import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { idParam, nodeResource, updateNode, type NodeResource, type UpdateNode } from '#contracts';
import { z } from 'zod';
import { NodesService } from './nodes.service.js';

@ApiTags('nodes')
@Controller('nodes')
export class NodesController {
  constructor(private readonly nodes: NodesService) {}

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
}
