import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  childrenRequest,
  claimRequest,
  deliverRequest,
  failRequest,
  idParam,
  jobReport,
  skipRequest,
  type Assignment,
  type ChildrenRequest,
  type ClaimRequest,
  type DeliverRequest,
  type FailRequest,
  type JobReport,
  type SkipRequest,
} from '#contracts';
import type { Request } from 'express';
import { ForNodes } from '../auth/auth.guard.js';
import { LeaseToken } from '../auth/lease-token.decorator.js';
import { nodeOf } from '../auth/principal.js';
import { LeaseService } from '../jobs/lease.service.js';

const idParameter = { schema: idParam };

/** What nodes say of single jobs; see contracts' `agent-protocol`. */
@ApiExcludeController()
@ForNodes()
@Controller('agent/jobs')
export class JobReportsController {
  constructor(private readonly leases: LeaseService) {}

  @Post(':id/claim')
  @HttpCode(200)
  claim(
    @Req() request: Request,
    @Param('id', idParameter) id: number,
    @Body({ schema: claimRequest }) body: ClaimRequest,
  ): Promise<Assignment> {
    return this.leases.claim(nodeOf(request), id, body.attempt);
  }

  @Post(':id/report')
  @HttpCode(204)
  report(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: jobReport }) body: JobReport,
  ): Promise<void> {
    return this.leases.report(id, token, body);
  }

  @Post(':id/children')
  @HttpCode(204)
  children(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: childrenRequest }) body: ChildrenRequest,
  ): Promise<void> {
    return this.leases.yieldFor(id, token, body);
  }

  @Post(':id/deliver')
  @HttpCode(204)
  deliver(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: deliverRequest }) body: DeliverRequest,
  ): Promise<void> {
    return this.leases.deliver(id, token, body);
  }

  @Post(':id/skip')
  @HttpCode(204)
  skip(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: skipRequest }) body: SkipRequest,
  ): Promise<void> {
    return this.leases.skip(id, token, body.reason);
  }

  @Post(':id/fail')
  @HttpCode(204)
  fail(
    @Param('id', idParameter) id: number,
    @LeaseToken() token: string,
    @Body({ schema: failRequest }) body: FailRequest,
  ): Promise<void> {
    return this.leases.fail(id, token, body);
  }

  @Post(':id/give-back')
  @HttpCode(204)
  giveBack(@Param('id', idParameter) id: number, @LeaseToken() token: string): Promise<void> {
    return this.leases.giveBack(id, token);
  }
}
