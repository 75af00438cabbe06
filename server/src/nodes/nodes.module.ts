import { Module } from '@nestjs/common';
import { NodesController } from './nodes.controller.js';
import { BuiltInNodeService } from './built-in-node.service.js';
import { NodesService } from './nodes.service.js';

@Module({
  controllers: [NodesController],
  providers: [NodesService, BuiltInNodeService],
  exports: [NodesService, BuiltInNodeService],
})
export class NodesModule {}
