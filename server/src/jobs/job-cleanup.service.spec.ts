import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { JobState } from '#contracts';
import type { QueryDeepPartialEntity } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { JobCleanupService } from './job-cleanup.service.js';
import { JobLogStore } from './job-log.store.js';
import { JobStepEntity } from './job-step.entity.js';
import { JobEntity } from './job.entity.js';

function job(id: number, state: JobState, updatedAt: number): QueryDeepPartialEntity<JobEntity> {
  return {
    ...{
      id,
      state,
      updatedAt,
      pipeline: 'compress',
      ending: 'replace',
      title: '',
      lane: 'cpu',
      params: {},
      inputs: [],
    },
    ...{
      size: 0,
      front: 0,
      weight: 0,
      orderKey: 0,
      orderText: '',
      openChildren: 0,
      attempt: 1,
      maxAttempts: 3,
    },
    ...{ epoch: 1, createdAt: 0 },
  };
}

it('forgets what ended long ago with all that belongs to it, and nothing else', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'boilarr-cleanup-'));
  const dataSource = createDataSource(':memory:');
  await dataSource.initialize();
  await dataSource.runMigrations();
  const { manager } = dataSource;
  const logs = new JobLogStore(
    new AppConfig({
      directory,
      port: 0,
      urlBase: '',
      apiKey: '',
      logLevel: 'info',
      redisUrl: null,
      builtInNode: false,
      retryDelaysMs: [],
    }),
  );
  await logs.onModuleInit();
  const rows = [
    job(1, 'completed', 10),
    job(2, 'completed', 30),
    job(3, 'failed_permanent', 10),
    job(4, 'pending', 10),
  ];
  for (const row of rows) {
    const jobId = row.id as number;
    await manager.insert(JobEntity, row);
    await manager.insert(JobStepEntity, { jobId, index: 0, name: 'stage', attempt: 1, state: 'completed' });
    await manager.insert(JobAttemptEntity, { jobId, number: 1, startedAt: 0 });
    await logs.note(jobId, 'a line');
  }

  const cleanup = new JobCleanupService(dataSource, new DbWriter(dataSource), logs);
  expect(await cleanup.removeEndedBefore(20)).toBe(1);
  for (const [entity, key] of [
    [JobEntity, 'id'],
    [JobStepEntity, 'jobId'],
    [JobAttemptEntity, 'jobId'],
  ] as const) {
    const left = await manager.find<Record<string, unknown>>(entity);
    expect(left.map((row) => row[key]).sort()).toEqual([2, 3, 4]);
  }
  expect(await logs.read(1)).toBeNull();
  expect(await logs.read(2)).not.toBeNull();
  await dataSource.destroy();
  await rm(directory, { recursive: true });
});
