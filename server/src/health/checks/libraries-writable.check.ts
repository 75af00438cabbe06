import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { DataSource, In } from 'typeorm';
import { LibraryHolds } from '../../jobs/library-holds.service.js';
import { LibraryEntity } from '../../libraries/library.entity.js';
import type { HealthCheck } from '../health-check.js';

/** No library's jobs are held, because nothing could be put into it. Looks at no disk itself. */
@Injectable()
export class LibrariesWritableCheck implements HealthCheck {
  constructor(
    private readonly dataSource: DataSource,
    private readonly holds: LibraryHolds,
  ) {}

  async check(): Promise<HealthNotice[]> {
    if (this.holds.all.size === 0) return [];
    const libraries = await this.dataSource.manager.find(LibraryEntity, {
      where: { id: In([...this.holds.all.keys()]) },
      order: { name: 'ASC' },
    });
    return libraries.map(({ id, name }) => ({
      source: 'LibrariesWritable',
      type: 'error',
      message: `the jobs of library ${name} wait: ${this.holds.all.get(id)?.message ?? ''} every minute.`,
    }));
  }
}
