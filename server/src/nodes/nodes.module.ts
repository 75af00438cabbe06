import { Module } from '@nestjs/common';
import { ActivityWatch } from './activity-watch.service.js';
import { BuiltInNodeService } from './built-in-node.service.js';
import { JoinTokensController } from './join-tokens.controller.js';
import { JoinTokensService } from './join-tokens.service.js';
import { JoinService } from './join.service.js';
import { NodeActivities } from './node-activities.service.js';
import { NodesController } from './nodes.controller.js';
import { NodesService } from './nodes.service.js';
import { RemovalService } from './removal.service.js';

@Module({
  // Tokens first, whose path would else be taken for a node's id.
  controllers: [JoinTokensController, NodesController],
  providers: [
    NodesService,
    NodeActivities,
    ActivityWatch,
    BuiltInNodeService,
    JoinService,
    JoinTokensService,
    RemovalService,
  ],
  exports: [NodesService, NodeActivities, BuiltInNodeService, JoinService],
})
export class NodesModule {}
