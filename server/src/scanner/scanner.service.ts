import {
  ConflictException,
  Injectable,
  NotFoundException,
  ServiceUnavailableException,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { ScanStatus } from '#contracts';
import PQueue from 'p-queue';
import type { DataSource } from 'typeorm';
import type { DbWriter } from '../database/db-writer.js';
import type { EventBus } from '../realtime/event-bus.js';
import { addFile, type AddedFile, type FileToAdd } from './add-file.js';
import { decideOne } from './decide-one.js';
import type { ScanJobs, ScannerSettings, ScanProfiles, ScanTools } from './scan-ports.js';
import { ScanRun } from './scan-run.js';

/** Starts scans, one a library at a time, and knows how each library's last one went. */
@Injectable()
export class ScannerService implements OnModuleDestroy {
  private readonly runs = new Map<number, { run: ScanRun; done: Promise<ScanStatus> }>();
  private readonly queue: PQueue;
  /** ids are never given again, so that they may stay here */
  private readonly retired = new Set<number>();
  private stopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly events: EventBus,
    private readonly profiles: ScanProfiles,
    private readonly jobs: ScanJobs,
    private readonly tools: ScanTools,
    private readonly settings: ScannerSettings,
  ) {
    this.queue = new PQueue({ concurrency: settings.scans });
  }

  /**
   * Starts a scan; one that is under way is left to go on. Beyond the number of scans allowed at once it waits
   * for its turn, and counts as running meanwhile.
   * @throws ConflictException while the library is being removed; ServiceUnavailableException at the server's end
   */
  start(libraryId: number): ScanStatus {
    const current = this.runs.get(libraryId);
    if (current !== undefined && !current.run.ended) return current.run.snapshot();
    if (this.retired.has(libraryId)) throw new ConflictException(`library ${libraryId} is being removed`);
    if (this.stopping) throw new ServiceUnavailableException('the server is shutting down');
    const run = new ScanRun(libraryId, {
      dataSource: this.dataSource,
      writer: this.writer,
      jobs: this.jobs,
      profiles: this.profiles,
      tools: this.tools,
      settings: this.settings,
      databasePath: String(this.dataSource.options.database),
      report: (status) => {
        this.events.emit('scan', status);
      },
    });
    const done = this.queue.add(async () => {
      const status = await run.run();
      this.events.emit('scan', status);
      this.events.emit('changed', { resource: 'library' });
      this.events.emit('changed', { resource: 'file' });
      return status;
    });
    this.runs.set(libraryId, { run, done });
    this.events.emit('scan', run.snapshot());
    return run.snapshot();
  }

  /** @throws NotFoundException when the library has not been scanned since the server's start */
  pause(libraryId: number): ScanStatus {
    const run = this.run(libraryId);
    run.pause();
    return run.snapshot();
  }

  resume(libraryId: number): ScanStatus {
    const run = this.run(libraryId);
    run.resume();
    return run.snapshot();
  }

  /** Asks the scan to end; `whenIdle` tells when it has. */
  cancel(libraryId: number): ScanStatus {
    const run = this.run(libraryId);
    run.cancel();
    return run.snapshot();
  }

  /** The scan under way, or the last one since the server's start. */
  status(libraryId: number): ScanStatus | undefined {
    return this.runs.get(libraryId)?.run.snapshot();
  }

  /** ms since the epoch at which the first file that was too young will be old enough; null: none waits. */
  nextDueAt(libraryId: number): number | null {
    return this.runs.get(libraryId)?.run.nextDueAt ?? null;
  }

  /**
   * Resolves with the final status once the library's scan has ended.
   * @throws NotFoundException when it has not been scanned since the server's start
   */
  async whenIdle(libraryId: number): Promise<ScanStatus> {
    const current = this.runs.get(libraryId);
    if (current === undefined) throw notScanned(libraryId);
    return current.done;
  }

  /** Ends the library's scan, waits for that, and starts no other: the library is being removed. */
  async retire(libraryId: number): Promise<void> {
    this.retired.add(libraryId);
    const current = this.runs.get(libraryId);
    if (current === undefined) return;
    current.run.cancel();
    await current.done;
    this.runs.delete(libraryId);
  }

  /** The library stays after all. */
  reinstate(libraryId: number): void {
    this.retired.delete(libraryId);
  }

  /** No thread and no probe outlives the server. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    for (const { run } of this.runs.values()) run.cancel();
    await Promise.all([...this.runs.values()].map(({ done }) => done));
  }

  /** Decides anew on one file, because somebody asks for it: see `decideOne`. */
  async decideOne(fileId: number): Promise<void> {
    const { dataSource, writer, jobs, profiles, tools, settings } = this;
    await decideOne({ dataSource, writer, jobs, profiles, tools, settings }, fileId);
    this.events.emit('changed', { resource: 'file' });
    this.events.emit('changed', { resource: 'library' });
  }

  /** Takes up one file of a library as a scan would, and decides on it: see `addFile`. */
  async addFile(file: FileToAdd): Promise<AddedFile> {
    const { dataSource, writer, jobs, profiles, tools, settings } = this;
    const databasePath = String(dataSource.options.database);
    const added = await addFile(
      { dataSource, writer, jobs, profiles, tools, settings, databasePath },
      file,
    ).finally(() => {
      this.events.emit('changed', { resource: 'file' });
      this.events.emit('changed', { resource: 'library' });
    });
    return added;
  }

  private run(libraryId: number): ScanRun {
    const current = this.runs.get(libraryId);
    if (current === undefined) throw notScanned(libraryId);
    return current.run;
  }
}

function notScanned(libraryId: number): NotFoundException {
  return new NotFoundException(`library ${libraryId} has not been scanned since the server started`);
}
