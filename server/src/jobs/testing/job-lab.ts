import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LIBRARY_DEFAULTS, NODES_SETTINGS_DEFAULTS, type JobState } from '#contracts';
import { PIPELINES } from '#engine/pipelines/index.js';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import type { DataSource, QueryDeepPartialEntity } from 'typeorm';
import { AppConfig } from '../../config/app-config.js';
import { createDataSource } from '../../database/data-source.js';
import { DbWriter } from '../../database/db-writer.js';
import { MediaFileEntity } from '../../files/media-file.entity.js';
import { LibraryEntity } from '../../libraries/library.entity.js';
import { EventBus } from '../../realtime/event-bus.js';
import { AttemptEndings } from '../attempt-endings.service.js';
import { JobProgressStore } from '../job-progress.store.js';
import { JobLots } from '../job-lots.service.js';
import { JobReader } from '../job-reader.service.js';
import { JobEntity } from '../job.entity.js';
import { JobsService } from '../jobs.service.js';
import { RerunService } from '../rerun.service.js';

/** What is done with jobs, on a real database and real files. */
export class JobLab {
  readonly events = new EventBus();
  readonly writer: DbWriter;
  readonly config: AppConfig;
  readonly reader: JobReader;
  readonly jobs: JobsService;
  readonly endings: AttemptEndings;
  readonly reruns: RerunService;

  private constructor(
    readonly folder: string,
    readonly dataSource: DataSource,
  ) {
    this.config = new AppConfig({
      directory: folder,
      port: 0,
      urlBase: '',
      apiKey: '',
      logLevel: 'info',
      redisUrl: null,
      builtInNode: false,
      shutdown: 'giveBack',
      retryDelaysMs: [0],
    });
    this.writer = new DbWriter(dataSource);
    const pipelines = new PipelineRegistry(PIPELINES);
    const lots = new JobLots(dataSource, this.writer, { nodes: NODES_SETTINGS_DEFAULTS });
    this.reader = new JobReader(dataSource, new JobProgressStore(this.events), pipelines, lots);
    this.jobs = new JobsService(this.writer, this.events, this.reader, lots);
    this.endings = new AttemptEndings(this.writer, this.config, this.events);
    this.reruns = new RerunService(this.writer, this.reader, this.jobs, this.events, pipelines);
  }

  static async open(): Promise<JobLab> {
    const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-jobs-'));
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    const lab = new JobLab(folder, dataSource);
    await mkdir(lab.library);
    await dataSource.manager.insert(LibraryEntity, {
      ...LIBRARY_DEFAULTS,
      ...{ id: 1, name: 'Films', path: lab.library, createdAt: 0, review: true },
    });
    return lab;
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await rm(this.folder, { recursive: true });
  }

  get library(): string {
    return path.join(this.folder, 'library');
  }

  /** Where the node works on a job. */
  workFolder(id: number): string {
    return path.join(this.config.workFolder, `job-${id}`);
  }

  /** A job of a film in the library, with a file in its work folder that may have been delivered. */
  async add(id: number, state: JobState, values: Partial<JobEntity> = {}): Promise<void> {
    const { manager } = this.dataSource;
    const name = `film-${id}.mp4`;
    const source = path.join(this.library, name);
    await writeFile(source, `film ${id}`);
    const status = await stat(source, { bigint: true });
    const known = { size: Number(status.size), mtimeNs: String(status.mtimeNs) };
    await mkdir(this.workFolder(id), { recursive: true });
    const stagedPath = path.join(this.workFolder(id), 'out.mkv');
    await writeFile(stagedPath, 'out');
    await manager.insert(MediaFileEntity, {
      ...{ id, libraryId: 1, directory: '', name, inode: 'i', status: 'queued', updatedAt: 0, ...known },
    });
    const row: QueryDeepPartialEntity<JobEntity> = {
      ...{ id, libraryId: 1, fileId: id, pipeline: 'compress', ending: 'replace', title: name, lane: 'cpu' },
      ...{ state, params: {}, inputs: [{ name: 'source', path: source, ...known }], size: known.size },
      ...{ profileHash: 'hash', front: 0, weight: 0, orderKey: 0, orderText: '', openChildren: 0 },
      ...{ attempt: 1, maxAttempts: 3, epoch: 1, createdAt: 0, updatedAt: 0 },
      delivery: {
        outputs: [{ name: 'output', stagedPath, size: 3, sha256: '0'.repeat(64), extension: 'mkv' }],
        result: {},
        leaseToken: 'ab',
        review: {
          source: facts('h264', 1000),
          output: facts('av1', 400),
          finalPath: path.join(this.library, `film-${id}.mkv`),
          since: 1000,
        },
      },
      ...(values as QueryDeepPartialEntity<JobEntity>),
    };
    await manager.insert(JobEntity, row);
  }

  job(id: number): Promise<JobEntity> {
    return this.dataSource.manager.findOneByOrFail(JobEntity, { id });
  }

  file(id: number): Promise<MediaFileEntity> {
    return this.dataSource.manager.findOneByOrFail(MediaFileEntity, { id });
  }
}

function facts(videoCodec: string, size: number) {
  return { container: 'matroska', videoCodec, audioCodecs: ['aac'], size, bitRate: null, durationSeconds: 2 };
}
