import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  commandRequest,
  commandResource,
  idParam,
  type CommandRequest,
  type CommandResource,
} from '#contracts';
import { z } from 'zod';
import { CommandsService } from './commands.service.js';

@ApiTags('system')
@Controller('command')
export class CommandsController {
  constructor(private readonly commands: CommandsService) {}

  @Post()
  @ApiCreatedResponse({ standardSchema: commandResource })
  execute(@Body({ schema: commandRequest }) body: CommandRequest): Promise<CommandResource> {
    return this.commands.execute(body);
  }

  @Get()
  @ApiOkResponse({ standardSchema: z.array(commandResource) })
  list(): Promise<CommandResource[]> {
    return this.commands.list();
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: commandResource })
  get(@Param('id', { schema: idParam }) id: number): Promise<CommandResource> {
    return this.commands.get(id);
  }
}
