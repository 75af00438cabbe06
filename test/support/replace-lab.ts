import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import { headTailHash } from '../../server/src/common/head-tail-hash.js';
import { WebhookService } from '../../server/src/connect/webhook.service.js';
import { createDataSource } from '../../server/src/database/data-source.js';
import { DbWriter } from '../../server/src/database/db-writer.js';
import { MediaFileEntity } from '../../server/src/files/media-file.entity.js';
import { SavingsDayEntity } from '../../server/src/history/savings-day.entity.js';
import { JobEntity } from '../../server/src/jobs/job.entity.js';
import { LibraryEntity } from '../../server/src/libraries/library.entity.js';
import { EventBus } from '../../server/src/realtime/event-bus.js';
import type { ClosingRecord } from '../../server/src/replace/closing-record.js';
import { NodeFilePort, type FilePort } from '../../server/src/replace/file-port.js';
import { JournalService } from '../../server/src/replace/journal.service.js';
import { PathLock } from '../../server/src/replace/path-lock.js';
import { PublishService } from '../../server/src/replace/publish.service.js';
import { RecoveryService } from '../../server/src/replace/recovery.js';
import { ReplaceService, type ReplaceRequest } from '../../server/src/replace/replace.service.js';
import { RestoreService } from '../../server/src/replace/restore.service.js';
import { TrashEmptier } from '../../server/src/replace/trash-emptier.js';
import { TrashLimits } from '../../server/src/replace/trash-limits.js';
import { TrashService } from '../../server/src/replace/trash.service.js';
import { Crash, type FaultyPort } from './faulty-port.js';

export function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

export async function sha256Of(file: string): Promise<string | null> {
  return readFile(file).then(sha256, () => null);
}

/** A writer that dies with its port, and tells it of every commit that reached a journal row. */
class MortalWriter extends DbWriter {
  constructor(
    private readonly database: DataSource,
    private readonly faulty: FaultyPort | null,
  ) {
    super(database);
  }

  override async write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.faulty?.crashed === true) throw new Crash(0);
    const result = await super.write(async (manager) => {
      const answer = await work(manager);
      this.faulty?.beforeCommit();
      return answer;
    });
    if (this.faulty === null) return result;
    const [row] = await this.database.query<{ state: string }[]>(
      'SELECT "state" FROM "replace_journal" ORDER BY "id" DESC LIMIT 1',
    );
    if (row === undefined) return result;
    this.faulty.note(`commit ${row.state}`);
    this.faulty.step(`commit ${row.state}`);
    return result;
  }
}

/** Every service of replace/, wired as Nest would. */
export function services(
  dataSource: DataSource,
  port: FilePort = new NodeFilePort(),
  faulty: FaultyPort | null = null,
) {
  const writer = new MortalWriter(dataSource, faulty);
  const events = new EventBus();
  const webhooks = new WebhookService(dataSource, writer);
  webhooks.kick = () => undefined;
  const lock = new PathLock();
  const journal = new JournalService(dataSource, writer, webhooks, events, port);
  const restores = new RestoreService(dataSource, journal, lock, port);
  const emptier = new TrashEmptier(dataSource, writer, lock, port);
  return {
    writer,
    webhooks,
    journal,
    restores,
    replace: new ReplaceService(dataSource, journal, lock, port),
    recovery: new RecoveryService(dataSource, writer, journal, port),
    emptier,
    limits: new TrashLimits(dataSource, emptier, events, port),
    trash: new TrashService(dataSource, restores, emptier, events),
    publish: new PublishService(writer, webhooks, events, lock, port),
  };
}

function facts(size: number): ClosingRecord['source'] {
  return { container: 'x', videoCodec: 'h264', audioCodecs: [], size, bitRate: null, durationSeconds: 1 };
}

export interface CaseOptions {
  sourceName?: string;
  extension?: string;
  directory?: string;
  hardLinks?: LibraryEntity['hardLinks'];
  webhookUrl?: string;
  /** folder that library and work folder are made in; default: the lab's own */
  place?: string;
  /** where the node works; default: a folder beside the library */
  workFolder?: string;
}

/** One library file with a delivered output, in folders of its own. */
export interface ReplaceCase {
  request: ReplaceRequest;
  library: LibraryEntity;
  sourcePath: string;
  finalPath: string;
  /** folder of both */
  folder: string;
  originalSha: string;
  newSha: string;
  originalSize: number;
  newSize: number;
}

export class ReplaceLab {
  private count = 0;

  private constructor(
    readonly root: string,
    readonly dataSource: DataSource,
  ) {}

  /** @param inMemory many thousand fsyncs, of which none tells more on a disk than in memory */
  static async open(inMemory = false): Promise<ReplaceLab> {
    const base = inMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const root = await mkdtemp(path.join(base, 'boilarr-replace-'));
    const dataSource = createDataSource(path.join(root, 'lab.db'));
    await dataSource.initialize();
    await dataSource.runMigrations();
    return new ReplaceLab(root, dataSource);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await rm(this.root, { recursive: true });
  }

  async makeCase(options: CaseOptions = {}): Promise<ReplaceCase> {
    this.count += 1;
    const place = path.join(options.place ?? this.root, String(this.count));
    const libraryPath = path.join(place, 'library');
    const directory = options.directory ?? 'Film (2001)';
    const folder = path.join(libraryPath, directory);
    const work = path.join(options.workFolder ?? place, `work-${this.count}`);
    await mkdir(folder, { recursive: true });
    await mkdir(work, { recursive: true });
    const sourceName = options.sourceName ?? 'Film.mkv';
    const extension = options.extension ?? 'mkv';
    const original = randomBytes(3000 + this.count);
    const output = randomBytes(1000 + this.count);
    const sourcePath = path.join(folder, sourceName);
    await writeFile(sourcePath, original, { mode: 0o640 });
    await utimes(sourcePath, 981_173_106, 981_173_106.123_457);
    const stagedPath = path.join(work, `out.${extension}`);
    await writeFile(stagedPath, output);
    const status = await stat(sourcePath, { bigint: true });
    const claimed = {
      path: sourcePath,
      size: original.length,
      mtimeNs: String(status.mtimeNs),
      headTailHash: await headTailHash(sourcePath),
    };
    const library = await this.dataSource.getRepository(LibraryEntity).save({
      name: `library ${this.count}`,
      path: libraryPath,
      enabled: true,
      profile: 'av1-default',
      extensions: ['mkv', 'avi'],
      minimumSize: 0,
      minimumAgeSeconds: 0,
      ignore: [],
      scanIntervalSeconds: 0,
      weight: 0,
      order: 'largest',
      hardLinks: options.hardLinks ?? 'skip',
      webhookUrl: options.webhookUrl ?? '',
      review: false,
      trashKeepDays: 30,
      nodeTags: [],
      trashMaximumSize: 0,
      lastScanAt: null,
      createdAt: 0,
    });
    const file = await this.dataSource.getRepository(MediaFileEntity).save({
      libraryId: library.id,
      directory,
      name: sourceName,
      size: claimed.size,
      mtimeNs: claimed.mtimeNs,
      inode: `${status.dev}:${status.ino}`,
      headTailHash: claimed.headTailHash,
      status: 'queued',
      videoCodec: 'h264',
      mediaInfo: '{"was":"h264"}',
      updatedAt: 0,
    });
    const delivered = {
      name: 'output',
      stagedPath,
      size: output.length,
      sha256: sha256(output),
      extension,
    };
    const job = await this.makeJob({
      libraryId: library.id,
      fileId: file.id,
      delivery: { outputs: [delivered] },
    });
    const stem = path.parse(sourceName).name;
    const sameName = path.extname(sourceName) === `.${extension}`;
    return {
      request: {
        job,
        library,
        file,
        claimed,
        output: delivered,
        token: randomBytes(12).toString('hex'),
        gate: () => Promise.resolve({ accepted: true }),
        closing: {
          source: facts(original.length),
          output: facts(output.length),
          command: 'ffmpeg -i a b',
          encoderVersion: 'SVT-AV1 2.3.0',
          nodeName: 'node',
          claimedAt: Date.now() - 5000,
          file: {
            container: 'matroska',
            videoCodec: 'av1',
            width: 64,
            height: 48,
            durationSeconds: 1,
            mediaInfo: '{}',
          },
        },
      },
      library,
      sourcePath,
      finalPath: sameName ? sourcePath : path.join(folder, `${stem}.${extension}`),
      folder,
      originalSha: sha256(original),
      newSha: sha256(output),
      originalSize: original.length,
      newSize: output.length,
    };
  }

  /** Forgets jobs that earlier cases have left, so that lists stay short. */
  async endJobs(): Promise<void> {
    await this.dataSource.getRepository(JobEntity).update({ state: 'replacing' }, { state: 'cancelled' });
  }

  async makeJob(values: Partial<JobEntity>): Promise<JobEntity> {
    return this.dataSource.getRepository(JobEntity).save({
      parentId: null,
      childKey: null,
      pipeline: 'compress',
      ending: 'replace',
      publishRoot: null,
      libraryId: null,
      fileId: null,
      title: 'Film',
      lane: 'cpu',
      state: 'replacing',
      params: {},
      inputs: [],
      size: 1,
      expectedSaving: null,
      profileName: 'av1-default',
      profileHash: 'abc',
      front: 0,
      weight: 0,
      orderKey: 0,
      orderText: '',
      openChildren: 0,
      attempt: 1,
      maxAttempts: 3,
      epoch: 1,
      nodeId: null,
      leaseHash: null,
      leaseExpiresAt: null,
      notBefore: null,
      reasonCode: null,
      reasonMessage: null,
      delivery: null,
      createdAt: 0,
      updatedAt: 0,
      ...values,
    } as JobEntity);
  }

  /** bytes saved and files counted of one library, over all days */
  async savings(libraryId: number): Promise<{ files: number; saved: number; sourceSize: number }> {
    const days = await this.dataSource.getRepository(SavingsDayEntity).findBy({ libraryId });
    const sum = (key: 'files' | 'saved' | 'sourceSize') => days.reduce((total, day) => total + day[key], 0);
    return { files: sum('files'), saved: sum('saved'), sourceSize: sum('sourceSize') };
  }

  jobState(id: number): Promise<string | undefined> {
    return this.dataSource
      .getRepository(JobEntity)
      .findOneBy({ id })
      .then((job) => job?.state);
  }
}

/** Names below a folder that replace/ must not leave behind. */
export async function leftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => path.basename(name).startsWith('.boilarr-stage-'));
}
