import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ScannerService } from '../scanner/scanner.service.js';
import { TasksService } from './tasks.service.js';

/** A scan that failed (a share that is not mounted) is tried again after this, and each time after twice as long. */
const SHORTEST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Starts a scan of each library whose interval has passed. */
@Injectable()
export class ScanLibrariesTask implements OnModuleInit {
  /** of libraries whose last scan failed, by their id; a restart tries at once */
  private readonly pauses = new Map<number, { until: number; pause: number }>();

  constructor(
    private readonly tasks: TasksService,
    private readonly dataSource: DataSource,
    private readonly scanner: ScannerService,
  ) {}

  onModuleInit(): void {
    this.tasks.add({ name: 'ScanLibraries', intervalSeconds: 60, run: () => this.run() });
  }

  private async run(): Promise<void> {
    const libraries = await this.dataSource.manager.findBy(LibraryEntity, { enabled: true });
    for (const library of libraries) {
      if (library.scanIntervalSeconds === 0) continue;
      const due = (library.lastScanAt ?? 0) + library.scanIntervalSeconds * 1000;
      const pause = this.pauses.get(library.id);
      if (due > Date.now() || (pause !== undefined && pause.until > Date.now())) continue;
      this.scanner.start(library.id);
      void this.watch(library.id);
    }
  }

  private async watch(libraryId: number): Promise<void> {
    // A library that is removed meanwhile is no longer known.
    const status = await this.scanner.whenIdle(libraryId).catch(() => null);
    if (status?.state !== 'failed') {
      this.pauses.delete(libraryId);
      return;
    }
    const before = this.pauses.get(libraryId)?.pause ?? SHORTEST_PAUSE_MS / 2;
    const pause = Math.min(before * 2, LONGEST_PAUSE_MS);
    this.pauses.set(libraryId, { until: Date.now() + pause, pause });
  }
}
