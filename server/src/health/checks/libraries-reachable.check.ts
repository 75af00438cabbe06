import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { DataSource } from 'typeorm';
import { LibraryEntity } from '../../libraries/library.entity.js';
import type { HealthCheck } from '../health-check.js';

/** Every library's folder is there. */
@Injectable()
export class LibrariesReachableCheck implements HealthCheck {
  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<HealthNotice[]> {
    const libraries = await this.dataSource.manager.find(LibraryEntity);
    const notices = await Promise.all(
      libraries.map(async ({ name, path }): Promise<HealthNotice | null> => {
        const isFolder = await stat(path).then(
          (status) => status.isDirectory(),
          () => false,
        );
        if (isFolder) return null;
        const message = `the folder of library ${name} cannot be read: ${path}. Is the share mounted?`;
        return { source: 'LibrariesReachable', type: 'error', message };
      }),
    );
    return notices.filter((notice) => notice !== null);
  }
}
