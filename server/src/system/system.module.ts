import { Module } from '@nestjs/common';
import { DashboardService } from './dashboard.service.js';
import { PingController } from './ping.controller.js';
import { SystemController } from './system.controller.js';

@Module({ controllers: [SystemController, PingController], providers: [DashboardService] })
export class SystemModule {}
