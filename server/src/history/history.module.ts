import { Module } from '@nestjs/common';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';

import { ProjectionController } from './projection.controller.js';
import { ProjectionService } from './projection.service.js';

@Module({
  controllers: [HistoryController, ProjectionController],
  providers: [HistoryService, ProjectionService],
})
export class HistoryModule {}
