import { mkdir } from 'node:fs/promises';
import { LIBRARY_DEFAULTS, NODES_SETTINGS_DEFAULTS, type JobState } from '../../contracts/src/index.js';
import { PipelineRegistry } from '../../engine/src/pipeline/registry.js';
import type { DataSource } from 'typeorm';
import { AppConfig } from '../../server/src/config/app-config.js';
import { createDataSource } from '../../server/src/database/data-source.js';
import { DbWriter } from '../../server/src/database/db-writer.js';
import { MediaFileEntity } from '../../server/src/files/media-file.entity.js';
import { LibraryEntity } from '../../server/src/libraries/library.entity.js';
import type { NodeEntity } from '../../server/src/nodes/node.entity.js';
import { EventBus } from '../../server/src/realtime/event-bus.js';
import { AttemptEndings } from '../../server/src/jobs/attempt-endings.service.js';
import type { ClaimVerdict } from '../../server/src/jobs/claim-rules.js';
import { JobAttemptEntity } from '../../server/src/jobs/job-attempt.entity.js';
import { JobLogStore } from '../../server/src/jobs/job-log.store.js';
import { JobProgressStore } from '../../server/src/jobs/job-progress.store.js';
import { JobLots } from '../../server/src/jobs/job-lots.service.js';
import { JobReader } from '../../server/src/jobs/job-reader.service.js';
import { transition } from '../../server/src/jobs/job-transition.js';
import { JobEntity } from '../../server/src/jobs/job.entity.js';
import { JobsService } from '../../server/src/jobs/jobs.service.js';
import { LeaseService } from '../../server/src/jobs/lease.service.js';
import { LostLeases } from '../../server/src/jobs/lost-leases.service.js';
import { StalledClaims } from '../../server/src/jobs/stalled-claims.service.js';
import { RerunService } from '../../server/src/jobs/rerun.service.js';

/** The services as Nest would wire them, on a database in memory. */
export class LeaseLab {
  readonly node = { id: 1, name: 'one', builtIn: true } as NodeEntity;
  verdict: ClaimVerdict = null;
  readonly settings = { nodes: { ...NODES_SETTINGS_DEFAULTS } };
  readonly stalled: StalledClaims;

  private constructor(
    readonly dataSource: DataSource,
    readonly writer: DbWriter,
    readonly leases: LeaseService,
    readonly lostLeases: LostLeases,
    readonly endings: AttemptEndings,
    readonly jobs: JobsService,
    readonly reruns: RerunService,
    readonly progress: JobProgressStore,
    readonly log: JobLogStore,
  ) {
    this.stalled = new StalledClaims(dataSource, writer, jobs, endings, log, progress, this.settings);
    leases.guardClaims(() => Promise.resolve(this.verdict));
  }

  static async open(directory: string): Promise<LeaseLab> {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    const values = { directory, port: 1, urlBase: '', apiKey: 'x', redisUrl: null, builtInNode: false };
    const config = new AppConfig({ ...values, logLevel: 'error', retryDelaysMs: [1000, 5000] });
    await mkdir(config.workFolder, { recursive: true });
    const writer = new DbWriter(dataSource);
    const [events, pipelines, log] = [new EventBus(), new PipelineRegistry([]), new JobLogStore(config)];
    await log.onModuleInit();
    const progress = new JobProgressStore(events);
    const lots = new JobLots(dataSource, writer, { nodes: NODES_SETTINGS_DEFAULTS });
    const reader = new JobReader(dataSource, progress, pipelines, lots);
    const jobs = new JobsService(writer, events, reader, lots);
    const endings = new AttemptEndings(writer, config, events);
    const parts = [dataSource, writer, config, jobs, endings, log, progress, events, pipelines] as const;
    const leases = new LeaseService(...parts);
    const lab = new LeaseLab(
      dataSource,
      writer,
      leases,
      new LostLeases(dataSource, writer, jobs, endings, log, progress),
      endings,
      jobs,
      new RerunService(writer, reader, jobs, events, pipelines),
      progress,
      log,
    );
    await dataSource.manager.insert(LibraryEntity, {
      ...LIBRARY_DEFAULTS,
      ...{ id: 1, name: 'Films', path: '/films', createdAt: 0 },
    });
    return lab;
  }

  /** One pending job of one file, and nothing that was there before. */
  async reset(): Promise<void> {
    const { manager } = this.dataSource;
    for (const entity of [JobAttemptEntity, JobEntity, MediaFileEntity]) await manager.deleteAll(entity);
    this.progress.clear(1);
    const file = { id: 1, libraryId: 1, directory: '', name: 'a.mkv', size: 1, mtimeNs: '1', inode: '' };
    await manager.insert(MediaFileEntity, { ...file, status: 'queued', updatedAt: 0 });
    await manager.insert(JobEntity, {
      ...{
        id: 1,
        fileId: 1,
        libraryId: 1,
        state: 'pending',
        title: 'a.mkv',
        pipeline: 'compress',
        lane: 'cpu',
      },
      ...{
        ending: 'replace',
        params: {},
        inputs: [],
        size: 1,
        front: 0,
        weight: 0,
        orderKey: 0,
        orderText: '',
      },
      ...{ openChildren: 0, attempt: 0, maxAttempts: 3, epoch: 0, createdAt: 0, updatedAt: 0 },
    });
  }

  job(): Promise<JobEntity> {
    return this.dataSource.manager.findOneByOrFail(JobEntity, { id: 1 });
  }

  /** What dispatch, delivery and the clock do. @returns false when there was nothing to do */
  async move(from: readonly JobState[], work: (job: JobEntity) => Promise<unknown>): Promise<boolean> {
    const job = await this.job();
    if (!from.includes(job.state)) return false;
    await work(job);
    return true;
  }

  async claim(): Promise<string> {
    const { attempt } = await this.job();
    return (await this.leases.claim(this.node, 1, attempt + 1)).leaseToken;
  }

  dispatch(): Promise<boolean> {
    return this.move(['pending'], (job) =>
      this.writer.write((manager) => transition(manager, 1, 'queued', { nodeId: 1, epoch: job.epoch + 1 })),
    );
  }
}
