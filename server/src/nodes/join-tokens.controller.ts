import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  createdJoinToken,
  idParam,
  joinToken,
  newJoinToken,
  type CreatedJoinToken,
  type JoinToken,
  type NewJoinToken,
} from '#contracts';
import type { Request } from 'express';
import { z } from 'zod';
import { AppConfig } from '../config/app-config.js';
import { joinCommand, serverUrl } from './join-command.js';
import { JoinTokensService } from './join-tokens.service.js';

@ApiTags('nodes')
@Controller('nodes/join-tokens')
export class JoinTokensController {
  constructor(
    private readonly tokens: JoinTokensService,
    private readonly config: AppConfig,
  ) {}

  @Post()
  @ApiCreatedResponse({ standardSchema: createdJoinToken })
  async create(
    @Req() request: Request,
    @Body({ schema: newJoinToken }) body: NewJoinToken,
  ): Promise<CreatedJoinToken> {
    const { joinToken: created, token } = await this.tokens.create(body);
    const url = serverUrl(
      {
        protocol: request.protocol,
        host: request.headers.host,
        forwardedProtocol: request.get('x-forwarded-proto'),
        forwardedHost: request.get('x-forwarded-host'),
      },
      request.socket.localPort ?? this.config.port,
      this.config.urlBase,
    );
    return { ...created, token, command: joinCommand(url, token) };
  }

  @Get()
  @ApiOkResponse({ standardSchema: z.array(joinToken) })
  list(): Promise<JoinToken[]> {
    return this.tokens.list();
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async remove(@Param('id', { schema: idParam }) id: number): Promise<void> {
    await this.tokens.remove(id);
  }
}
