import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ScannerService } from '../scanner/scanner.service.js';
import { TasksService } from './tasks.service.js';

/** Starts a scan of each library whose interval has passed. */
@Injectable()
export class ScanLibrariesTask implements OnModuleInit {
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
      if (due <= Date.now()) this.scanner.start(library.id);
    }
  }
}
