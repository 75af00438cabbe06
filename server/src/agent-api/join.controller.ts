import { Body, Controller, Headers, HttpCode, Post, UnauthorizedException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { joinRequest, type JoinResponse } from '#contracts';
import { Public } from '../auth/auth.guard.js';
import { JoinService } from '../nodes/join.service.js';
import { greeting, readGreeting, type Greeting } from './protocol-check.js';

/** Where a machine becomes a node: the one route of nodes that a join token opens. */
@ApiExcludeController()
@Controller('agent/join')
export class JoinController {
  constructor(private readonly joining: JoinService) {}

  @Public()
  @Post()
  @HttpCode(200)
  join(
    @Headers('authorization') authorization: string | undefined,
    @Body({ schema: greeting }) body: Greeting,
  ): Promise<JoinResponse> {
    const token = /^Bearer (\S{1,100})$/.exec(authorization ?? '')?.[1];
    if (token === undefined)
      throw new UnauthorizedException('send a join token as the bearer; make one on the Nodes page');
    return this.joining.join(token, readGreeting(body, joinRequest));
  }
}
