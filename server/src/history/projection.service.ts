import { Injectable } from '@nestjs/common';
import type { LibraryProjection } from '#contracts';
import { DataSource } from 'typeorm';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ProjectionEntity } from './projection.entity.js';
import { addSums, correctionOf, meanAbsoluteError } from './projection.js';

/** How good projected sizes have been, for people to read. */
@Injectable()
export class ProjectionService {
  constructor(private readonly dataSource: DataSource) {}

  async list(): Promise<LibraryProjection[]> {
    const { manager } = this.dataSource;
    const libraries = await manager.find(LibraryEntity, { order: { name: 'ASC' } });
    const rows = await manager.find(ProjectionEntity, { order: { key: 'ASC' } });
    return libraries.map(({ id, name }) => {
      const own = rows.filter(({ libraryId }) => libraryId === id);
      const all = addSums(own);
      return {
        libraryId: id,
        libraryName: name,
        files: all.count,
        meanAbsoluteError: meanAbsoluteError(all),
        kinds: own.map((row) => ({
          key: row.key,
          files: row.count,
          correction: correctionOf(row),
          meanAbsoluteError: meanAbsoluteError(row),
        })),
      };
    });
  }
}
