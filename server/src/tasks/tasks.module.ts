import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AuthModule } from '../auth/auth.module.js';
import { ConnectModule } from '../connect/connect.module.js';
import { ReplaceModule } from '../replace/replace.module.js';
import { ScannerModule } from '../scanner/scanner.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { DeliverWebhooksTask } from './deliver-webhooks.task.js';
import { EmptyTrashTask } from './empty-trash.task.js';
import { HousekeepingTask } from './housekeeping.task.js';
import { ScanLibrariesTask } from './scan-libraries.task.js';
import { SettleReplacementsTask } from './settle-replacements.task.js';
import { TasksController } from './tasks.controller.js';
import { TasksService } from './tasks.service.js';

@Module({
  imports: [
    ScheduleModule.forRoot(),
    AuthModule,
    ConnectModule,
    DeliveryModule,
    ReplaceModule,
    ScannerModule,
  ],
  controllers: [TasksController],
  providers: [
    TasksService,
    HousekeepingTask,
    ScanLibrariesTask,
    DeliverWebhooksTask,
    SettleReplacementsTask,
    EmptyTrashTask,
  ],
  exports: [TasksService],
})
export class TasksModule {}
