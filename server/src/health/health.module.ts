import { Module } from '@nestjs/common';
import { NodesModule } from '../nodes/nodes.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { JobsWithoutNodeCheck } from './checks/jobs-without-node.check.js';
import { LibrariesReachableCheck } from './checks/libraries-reachable.check.js';
import { LibrariesWritableCheck } from './checks/libraries-writable.check.js';
import { NodesReachCheck } from './checks/nodes-reach.check.js';
import { NodeOnlineCheck } from './checks/node-online.check.js';
import { OpenReplacementsCheck } from './checks/open-replacements.check.js';
import { ProfileRepeatsCheck } from './checks/profile-repeats.check.js';
import { ProfilesValidCheck } from './checks/profiles-valid.check.js';
import { TrashKeptCheck } from './checks/trash-kept.check.js';
import { RedisCheck } from './checks/redis.check.js';
import { HEALTH_CHECKS, type HealthCheck } from './health-check.js';
import { HealthController } from './health.controller.js';

const CHECKS = [
  RedisCheck,
  LibrariesReachableCheck,
  LibrariesWritableCheck,
  NodeOnlineCheck,
  NodesReachCheck,
  JobsWithoutNodeCheck,
  ProfilesValidCheck,
  ProfileRepeatsCheck,
  OpenReplacementsCheck,
  TrashKeptCheck,
];

@Module({
  imports: [NodesModule, ProfilesModule],
  controllers: [HealthController],
  providers: [
    ...CHECKS,
    { provide: HEALTH_CHECKS, useFactory: (...checks: HealthCheck[]) => checks, inject: CHECKS },
  ],
})
export class HealthModule {}
