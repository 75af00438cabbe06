import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { openJobs, reachReport, type OpenJobs, type ReachProbes, type ReachReport } from '#contracts';
import type { Request } from 'express';
import { ForNodes } from '../auth/auth.guard.js';
import { nodeOf } from '../auth/principal.js';
import { JobReader } from '../jobs/job-reader.service.js';
import { ReachService } from '../reach/reach.service.js';

/** Which libraries a node can read, and which of its files are still wanted; see contracts' `agent-protocol`. */
@ApiExcludeController()
@ForNodes()
@Controller('agent')
export class ReachController {
  constructor(
    private readonly reach: ReachService,
    private readonly reader: JobReader,
  ) {}

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

  /** @returns of these jobs, those that are not over: what a node has made for the others can go */
  @Post('open-jobs')
  @HttpCode(200)
  async openJobs(@Body({ schema: openJobs }) body: OpenJobs): Promise<OpenJobs> {
    return { jobIds: await this.reader.stillOpen(body.jobIds) };
  }
}
