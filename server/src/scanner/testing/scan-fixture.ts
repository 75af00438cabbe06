import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LIBRARY_DEFAULTS, type Reason, type ScanStatus } from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import type { Decision, FileFacts } from '#engine/plan/plan.types.js';
import { readLayer } from '#engine/profile/layers.js';
import { profileSchema, type Profile } from '#engine/profile/schema/index.js';
import type { DataSource, EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { headTailHash } from '../../common/head-tail-hash.js';
import { createDataSource } from '../../database/data-source.js';
import { DbWriter } from '../../database/db-writer.js';
import { MediaFileEntity } from '../../files/media-file.entity.js';
import { transition } from '../../jobs/job-transition.js';
import { JobEntity } from '../../jobs/job.entity.js';
import { LibraryEntity } from '../../libraries/library.entity.js';
import type { NamedProfile } from '../../profiles/loaded-profile.js';
import { EventBus } from '../../realtime/event-bus.js';
import type { ScanJobs, ScanTools } from '../scan-ports.js';
import { ScannerService } from '../scanner.service.js';
import { nodeFileSystem, type WalkFileSystem } from '../walk/file-system.port.js';
import { KnownFilesReader } from '../walk/known-files.js';
import type { StartWalk } from '../walk/walk-runner.js';
import { walkOnly } from '../walk/walk.js';

/** A media file's facts, as small as they can be; the codec is all that the stand-in for `decide` looks at. */
export function mediaInfo(codec = 'h264'): MediaInfo {
  const disposition = {
    ...{ default: true, forced: false, comment: false, hearingImpaired: false },
    ...{ visualImpaired: false, original: false, attachedPicture: false },
  };
  const common = { profile: null, language: null, title: null, disposition, tags: {}, bitRate: null };
  return {
    container: {
      formatNames: ['matroska', 'webm'],
      size: 1,
      durationSeconds: 2,
      startSeconds: 0,
      bitRate: null,
      tags: {},
    },
    streams: [
      { ...common, index: 0, kind: 'data', codec, codecTag: null, startSeconds: 0, durationSeconds: 2 },
    ],
    chapters: [],
  };
}

/** Walks in the test's own thread: a worker cannot run what has not been compiled. */
function startWalkHere(fs: () => WalkFileSystem): StartWalk {
  return ({ databasePath, libraryId, root, rules, only = null }) => {
    let walkMs: number | null = null;
    let cancelled = false;
    let paused = Promise.withResolvers<void>();
    paused.resolve();
    return {
      async *batches() {
        const known = new KnownFilesReader(databasePath, libraryId);
        try {
          for (const batch of walkOnly(only, root, rules, known, fs())) {
            await new Promise((resolve) => setImmediate(resolve));
            await paused.promise;
            if (cancelled) return;
            yield batch;
          }
          walkMs = 1;
        } finally {
          known.close();
        }
      },
      get walkMs() {
        return walkMs;
      },
      pause: () => {
        paused = Promise.withResolvers();
      },
      resume: () => {
        paused.resolve();
      },
      cancel: () => {
        cancelled = true;
        paused.resolve();
      },
    };
  };
}

function emptyLayer() {
  const read = readLayer('', 'p.yaml', 'named');
  if (!read.ok) throw new Error('an empty profile is one');
  return read.layer;
}

/** Jobs as far as a scan knows them, in the real table. */
class FakeJobs implements ScanJobs {
  async enqueueFilm(manager: EntityManager, request: Parameters<ScanJobs['enqueueFilm']>[1]): Promise<void> {
    const { file, library, profile } = request;
    await manager.insert(JobEntity, {
      ...{
        pipeline: 'compress',
        ending: 'replace',
        libraryId: library.id,
        fileId: file.id,
        title: file.name,
      },
      ...{
        lane: 'cpu',
        state: 'pending',
        params: {},
        inputs: [],
        size: file.size,
        profileHash: profile.hash,
      },
      ...{
        front: 0,
        weight: 0,
        orderKey: 0,
        orderText: '',
        openChildren: 0,
        attempt: 0,
        maxAttempts: 3,
        epoch: 0,
      },
      ...{ createdAt: Date.now(), updatedAt: Date.now() },
    });
  }

  async cancelForFile(manager: EntityManager, fileId: number, reason: Reason): Promise<void> {
    for (const { id, state } of await manager.findBy(JobEntity, { fileId })) {
      if (['pending', 'queued', 'running'].includes(state)) {
        await transition(manager, id, 'cancelled', {
          reasonCode: reason.code,
          reasonMessage: reason.message,
        });
      }
    }
  }
}

/** A scanner on a real database and a real folder, with stand-ins for ffprobe and the plan. */
export class ScanFixture {
  readonly events = new EventBus();
  readonly probed: string[] = [];
  fs: WalkFileSystem = nodeFileSystem;
  profile: NamedProfile | undefined = {
    ...{ name: 'p', hash: 'hash-1', profile: profileSchema.parse({}), layer: emptyLayer() },
  };
  /** further ones, for folders to start from */
  readonly others = new Map<string, NamedProfile>();
  probe: ScanTools['probe'] = () => Promise.resolve(mediaInfo());
  decide: (info: MediaInfo, profile: Profile, file: FileFacts) => Decision = () => ({
    verdict: 'skip',
    reason: { code: 'fine', message: 'fine as it is' },
  });
  scanner: ScannerService;

  private constructor(
    readonly folder: string,
    readonly dataSource: DataSource,
    readonly writer: DbWriter,
  ) {
    this.scanner = this.newScanner();
  }

  static async create(): Promise<ScanFixture> {
    const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-scan-'));
    const dataSource = createDataSource(path.join(folder, 'boilarr.db'));
    await dataSource.initialize();
    await dataSource.runMigrations();
    return new ScanFixture(folder, dataSource, new DbWriter(dataSource));
  }

  newScanner(): ScannerService {
    const tools: ScanTools = {
      startWalk: startWalkHere(() => this.fs),
      probe: (file, options) => {
        this.probed.push(file);
        return this.probe(file, options);
      },
      hash: headTailHash,
      decide: (info, profile, file) => this.decide(info, profile, file),
    };
    const profiles = {
      refresh: () => Promise.resolve(),
      find: (name: string) => (name === 'av1-default' ? this.profile : this.others.get(name)),
      names: () => ['av1-default', ...this.others.keys()],
    };
    const settings = { probes: 2, probeTimeoutMs: 1000, scans: 2 };
    return new ScannerService(
      this.dataSource,
      this.writer,
      this.events,
      profiles,
      new FakeJobs(),
      tools,
      settings,
    );
  }

  /** @param name also the name of its folder, which is not made */
  async addLibrary(name: string, settings: Partial<LibraryEntity> = {}): Promise<LibraryEntity> {
    const library = this.dataSource.manager.create(LibraryEntity, {
      ...LIBRARY_DEFAULTS,
      ...{ name, path: path.join(this.folder, name), minimumAgeSeconds: 0, lastScanAt: null, createdAt: 0 },
      ...settings,
    });
    await this.writer.write((manager) =>
      manager.insert(LibraryEntity, library as QueryDeepPartialEntity<LibraryEntity>),
    );
    return library;
  }

  async scan(library: LibraryEntity): Promise<ScanStatus> {
    this.scanner.start(library.id);
    return this.scanner.whenIdle(library.id);
  }

  files(library?: LibraryEntity): Promise<MediaFileEntity[]> {
    const where = library === undefined ? {} : { libraryId: library.id };
    return this.dataSource.manager.find(MediaFileEntity, { where, order: { directory: 'ASC', name: 'ASC' } });
  }

  /** @param file name, or path in the library */
  async file(file: string): Promise<MediaFileEntity> {
    const directory = path.dirname(file) === '.' ? '' : path.dirname(file);
    return this.dataSource.manager.findOneByOrFail(MediaFileEntity, { directory, name: path.basename(file) });
  }

  jobs(): Promise<JobEntity[]> {
    return this.dataSource.manager.find(JobEntity, { order: { id: 'ASC' } });
  }

  /** Rows that the server's connection has changed so far. */
  async totalChanges(): Promise<number> {
    const [row] = await this.dataSource.manager.query<[{ changes: number }]>(
      'SELECT total_changes() AS "changes"',
    );
    return row.changes;
  }

  async destroy(): Promise<void> {
    await this.scanner.onModuleDestroy();
    await this.dataSource.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}
