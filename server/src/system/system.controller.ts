import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { dashboard, systemStatus, type Dashboard, type SystemStatus } from '#contracts';
import { VERSION } from '#engine/version.js';
import { AppConfig } from '../config/app-config.js';
import { DashboardService } from './dashboard.service.js';

const START_TIME = new Date().toISOString();

@ApiTags('system')
@Controller()
export class SystemController {
  constructor(
    private readonly config: AppConfig,
    private readonly dashboards: DashboardService,
  ) {}

  @Get('system/status')
  @ApiOkResponse({ standardSchema: systemStatus })
  status(): SystemStatus {
    return {
      appName: 'Boilarr',
      version: VERSION,
      startTime: START_TIME,
      nodeVersion: process.version,
      platform: `${process.platform}-${process.arch}`,
      configDirectory: this.config.directory,
      urlBase: this.config.urlBase,
    };
  }

  @Get('dashboard')
  @ApiOkResponse({ standardSchema: dashboard })
  dashboard(): Promise<Dashboard> {
    return this.dashboards.get();
  }
}
