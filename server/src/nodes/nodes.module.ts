import { Module } from '@nestjs/common';
import { NodesController } from './nodes.controller.js';
import { BuiltInNodeService } from './built-in-node.service.js';
import { NodeActivities } from './node-activities.service.js';
import { NodesService } from './nodes.service.js';

@Module({
  controllers: [NodesController],
  providers: [NodesService, NodeActivities, BuiltInNodeService],
  exports: [NodesService, NodeActivities, BuiltInNodeService],
})
export class NodesModule {}
