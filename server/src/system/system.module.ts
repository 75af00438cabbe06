import { Module } from '@nestjs/common';
import { DashboardService } from './dashboard.service.js';
import { OpenApiController, OpenApiHolder } from './open-api.controller.js';
import { SystemController } from './system.controller.js';

@Module({
  controllers: [SystemController, OpenApiController],
  providers: [DashboardService, OpenApiHolder],
})
export class SystemModule {}
