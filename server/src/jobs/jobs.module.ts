import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { AttemptEndings } from './attempt-endings.service.js';
import { JobCleanupService } from './job-cleanup.service.js';
import { JobLots } from './job-lots.service.js';
import { JobLogStore } from './job-log.store.js';
import { JobProgressStore } from './job-progress.store.js';
import { JobReader } from './job-reader.service.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';
import { LeaseService } from './lease.service.js';
import { LibraryHolds } from './library-holds.service.js';
import { LotKeeper } from './lot-keeper.service.js';
import { LostLeases } from './lost-leases.service.js';
import { PIPELINES } from './pipelines.token.js';
import { RerunService } from './rerun.service.js';
import { StalledClaims } from './stalled-claims.service.js';

@Global()
@Module({})
export class JobsModule {
  static register(pipelines: PipelineRegistry): DynamicModule {
    const services = [
      JobsService,
      JobLots,
      LotKeeper,
      LibraryHolds,
      AttemptEndings,
      LeaseService,
      LostLeases,
      StalledClaims,
      JobLogStore,
      JobProgressStore,
      JobReader,
      JobCleanupService,
      RerunService,
    ];
    return {
      module: JobsModule,
      controllers: [JobsController],
      providers: [...services, { provide: PIPELINES, useValue: pipelines }],
      exports: [...services, PIPELINES],
    };
  }
}
