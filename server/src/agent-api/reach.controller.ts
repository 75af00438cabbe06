import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { reachReport, type ReachProbes, type ReachReport } from '#contracts';
import type { Request } from 'express';
import { ForNodes } from '../auth/auth.guard.js';
import { nodeOf } from '../auth/principal.js';
import { ReachService } from '../reach/reach.service.js';

/** Which libraries a node can read; see contracts' `agent-protocol`. */
@ApiExcludeController()
@ForNodes()
@Controller('agent')
export class ReachController {
  constructor(private readonly reach: ReachService) {}

  @Post('reach-probes')
  @HttpCode(200)
  probes(@Req() request: Request): Promise<ReachProbes> {
    return this.reach.ask(nodeOf(request));
  }

  @Post('reach')
  @HttpCode(204)
  report(@Req() request: Request, @Body({ schema: reachReport }) body: ReachReport): Promise<void> {
    return this.reach.answer(nodeOf(request), body);
  }
}
