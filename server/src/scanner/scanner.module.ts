import { availableParallelism } from 'node:os';
import { Module } from '@nestjs/common';
import { decide } from '#engine/plan/decide.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { DataSource } from 'typeorm';
import { headTailHash } from '../common/head-tail-hash.js';
import { DbWriter } from '../database/db-writer.js';
import { JobsService } from '../jobs/jobs.service.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { EventBus } from '../realtime/event-bus.js';
import type { ScannerSettings, ScanTools } from './scan-ports.js';
import { ScannerService } from './scanner.service.js';
import { startWalkInWorker } from './walk/walk-runner.js';

const SETTINGS: ScannerSettings = {
  probes: availableParallelism(),
  probeTimeoutMs: 60_000,
  scans: 2,
};

const TOOLS: ScanTools = { startWalk: startWalkInWorker, probe: probeFile, hash: headTailHash, decide };

@Module({
  imports: [ProfilesModule],
  providers: [
    {
      provide: ScannerService,
      inject: [DataSource, DbWriter, EventBus, ProfilesService, JobsService],
      useFactory: (
        dataSource: DataSource,
        writer: DbWriter,
        events: EventBus,
        profiles: ProfilesService,
        jobs: JobsService,
      ) => new ScannerService(dataSource, writer, events, profiles, jobs, TOOLS, SETTINGS),
    },
  ],
  exports: [ScannerService],
})
export class ScannerModule {}
