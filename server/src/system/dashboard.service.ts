import { Injectable } from '@nestjs/common';
import { FILE_STATUSES, type Dashboard } from '#contracts';
import { DataSource } from 'typeorm';
import { SavingsDayEntity } from '../history/savings-day.entity.js';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';

const DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** Adds up tallies and days; looks at no file, job or history row. */
@Injectable()
export class DashboardService {
  constructor(private readonly dataSource: DataSource) {}

  async get(): Promise<Dashboard> {
    const [tallies, days] = await Promise.all([
      this.dataSource.manager.find(LibraryTallyEntity),
      this.dataSource.manager.find(SavingsDayEntity, { order: { day: 'ASC' } }),
    ]);
    const sum = (of: 'files' | 'size', ...statuses: string[]) =>
      tallies.filter((row) => statuses.includes(row.status)).reduce((total, row) => total + row[of], 0);
    const present = FILE_STATUSES.filter((status) => status !== 'missing');
    const since = new Date(Date.now() - DAYS * DAY_MS).toISOString().slice(0, 10);
    const byDay = new Map<string, { saved: number; files: number }>();
    for (const row of days) {
      if (row.day < since) continue;
      const day = byDay.get(row.day) ?? { saved: 0, files: 0 };
      byDay.set(row.day, { saved: day.saved + row.saved, files: day.files + row.files });
    }
    const over = (of: 'saved' | 'files' | 'sourceSize') => days.reduce((total, row) => total + row[of], 0);
    return {
      saved: over('saved'),
      inTrash: sum('size', 'in_trash'),
      replacedFiles: over('files'),
      replacedSourceSize: over('sourceSize'),
      files: sum('files', ...present),
      size: sum('size', ...present),
      queued: sum('files', 'job:pending', 'job:queued'),
      running: sum('files', 'job:claimed', 'job:running', 'job:delivering', 'job:replacing'),
      failed: sum('files', 'job:failed_permanent'),
      savedByDay: [...byDay].map(([day, value]) => ({ day, ...value })),
    };
  }
}
