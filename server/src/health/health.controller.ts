import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { healthNotice, type HealthNotice } from '#contracts';
import { z } from 'zod';
import { HEALTH_CHECKS, type HealthCheck } from './health-check.js';

@ApiTags('system')
@Controller('health')
export class HealthController {
  constructor(@Inject(HEALTH_CHECKS) private readonly checks: readonly HealthCheck[]) {}

  @Get()
  @ApiOkResponse({ standardSchema: z.array(healthNotice) })
  async list(): Promise<HealthNotice[]> {
    return (await Promise.all(this.checks.map(async (check) => check.check()))).flat();
  }
}
