import { LIBRARY_DEFAULTS, type JobState } from '#contracts';
import type { DataSource, QueryDeepPartialEntity } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppConfig } from '../config/app-config.js';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { ProfileRepeatsCheck } from '../health/checks/profile-repeats.check.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import { AttemptEndings } from './attempt-endings.service.js';
import { JobEntity } from './job.entity.js';
import { readRepeating } from './repeating-profiles.js';

const REASON = { code: 'profile_repeats', message: 'it would encode its own output again.' };

let dataSource: DataSource;
let writer: DbWriter;
let endings: AttemptEndings;
beforeEach(async () => {
  dataSource = createDataSource(':memory:');
  await dataSource.initialize();
  await dataSource.runMigrations();
  writer = new DbWriter(dataSource);
  const config = new AppConfig({
    ...{
      directory: '/nowhere',
      port: 1,
      urlBase: '',
      apiKey: 'x',
      logLevel: 'error',
      redisUrl: null,
      builtInNode: false,
    },
    retryDelaysMs: [0],
  });
  endings = new AttemptEndings(writer, config, new EventBus());
  await dataSource.manager.insert(LibraryEntity, {
    ...LIBRARY_DEFAULTS,
    ...{ id: 1, name: 'Films', path: '/films', createdAt: 0 },
  });
  const states: [JobState, string][] = [
    ['running', 'one'],
    ['pending', 'one'],
    ['queued', 'one'],
    ['running', 'one'],
    ['pending', 'two'],
  ];
  for (const [index, [state, hash]] of states.entries()) await add(index + 1, state, hash);
});
afterEach(async () => {
  await dataSource.destroy();
});

async function add(id: number, state: JobState, profileHash: string): Promise<void> {
  await dataSource.manager.insert(MediaFileEntity, {
    ...{ id, libraryId: 1, directory: '', name: `${id}.mkv`, size: 1, mtimeNs: '1', inode: '' },
    ...{ status: 'queued', updatedAt: 0, profileHash },
  });
  const job: QueryDeepPartialEntity<JobEntity> = {
    ...{
      id,
      fileId: id,
      libraryId: 1,
      state,
      profileHash,
      profileName: `p-${profileHash}`,
      title: `${id}.mkv`,
    },
    ...{ pipeline: 'compress', ending: 'replace', lane: 'cpu', params: {}, inputs: [], size: 1, front: 0 },
    ...{ weight: 0, orderKey: 0, orderText: '', openChildren: 0, attempt: 1, maxAttempts: 3, epoch: 1 },
    ...{ createdAt: 0, updatedAt: 0 },
  };
  await dataSource.manager.insert(JobEntity, job);
}

async function states(): Promise<string[]> {
  const jobs = await dataSource.manager.find(JobEntity, { order: { id: 'ASC' } });
  const files = await dataSource.manager.find(MediaFileEntity, { order: { id: 'ASC' } });
  return jobs.map(({ state }, index) => `${state} ${files[index]?.status}`);
}

describe('a job that finds out that its profile repeats itself', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['skips', () => writer.write((m) => endings.endSkipped(m, 1, REASON)), 'skipped skipped'],
    ['fails', () => writer.write((m) => endings.endFailed(m, 1, REASON, true)), 'failed_permanent failed'],
  ])('and %s ends what waits with that profile, is told, and is remembered', async (_name, end, own) => {
    await end();
    expect(await states()).toEqual([
      ...[own, 'skipped skipped', 'skipped skipped', 'running queued', 'pending queued'],
    ]);
    expect(await readRepeating(dataSource.manager)).toEqual(new Map([['one', REASON]]));
    const check = new ProfileRepeatsCheck(dataSource);
    expect(await check.check()).toEqual([
      {
        source: 'ProfileRepeats',
        type: 'error',
        message:
          'profile p-one, file 1.mkv: it would encode its own output again. ' +
          'Nothing more is encoded with this profile until it is changed.',
      },
    ]);
    // Once a scan has decided on them with a changed profile, there is nothing left to tell.
    await dataSource.manager.updateAll(MediaFileEntity, { profileHash: 'three' });
    expect(await check.check()).toEqual([]);
  });

  it('is the only one that does so', async () => {
    await writer.write((manager) => endings.endSkipped(manager, 1, { ...REASON, code: 'other' }));
    expect((await states()).slice(1)).toEqual([
      ...['pending queued', 'queued queued', 'running queued', 'pending queued'],
    ]);
    expect(await readRepeating(dataSource.manager)).toEqual(new Map());
  });
});
