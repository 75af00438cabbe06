import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { DbWriter } from '../database/db-writer.js';
import { EventBus } from '../realtime/event-bus.js';
import { SettingsController } from './settings.controller.js';
import { SettingsService } from './settings.service.js';

@Global()
@Module({
  controllers: [SettingsController],
  providers: [
    {
      provide: SettingsService,
      // Read before anybody can ask: whoever starts with the application finds them whole.
      useFactory: SettingsService.open.bind(SettingsService),
      inject: [DataSource, DbWriter, AppConfig, EventBus],
    },
  ],
  exports: [SettingsService],
})
export class SettingsModule {}
