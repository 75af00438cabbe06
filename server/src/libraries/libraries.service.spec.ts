import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConflictException, NotFoundException } from '@nestjs/common';
import {
  addLibrary,
  FILE_STATUSES,
  library as librarySchema,
  LIBRARY_DEFAULTS,
  NODES_SETTINGS_DEFAULTS,
} from '#contracts';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FieldException } from '../common/field-exception.js';
import { AppConfig } from '../config/app-config.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { SavingsDayEntity } from '../history/savings-day.entity.js';
import { JobProgressStore } from '../jobs/job-progress.store.js';
import { JobEntity } from '../jobs/job.entity.js';
import { JobLots } from '../jobs/job-lots.service.js';
import { JobReader } from '../jobs/job-reader.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { ScanFixture } from '../scanner/testing/scan-fixture.js';
import { LibrariesService } from './libraries.service.js';
import { LibraryEntity } from './library.entity.js';

let fixture: ScanFixture;
let libraries: LibrariesService;
let changed: string[];

beforeEach(async () => {
  fixture = await ScanFixture.create();
  const directory = path.join(fixture.folder, 'config');
  const config = new AppConfig({
    ...{
      directory,
      port: 1,
      urlBase: '',
      apiKey: '',
      logLevel: 'error',
      redisUrl: null,
      builtInNode: false,
      retryDelaysMs: [],
    },
  });
  const profiles = new ProfilesService(config);
  await profiles.onModuleInit();
  const { dataSource, writer, events, scanner } = fixture;
  const pipelines = new PipelineRegistry([]);
  const lots = new JobLots(dataSource, writer, { nodes: NODES_SETTINGS_DEFAULTS });
  const reader = new JobReader(dataSource, new JobProgressStore(events), pipelines, lots);
  const jobs = new JobsService(writer, events, reader, lots);
  libraries = new LibrariesService(dataSource, writer, events, config, profiles, jobs, scanner);
  changed = [];
  events.on('changed', ({ resource }) => changed.push(resource));
});
afterEach(async () => {
  await fixture.destroy();
});

async function folder(name: string): Promise<string> {
  const target = path.join(fixture.folder, name);
  await mkdir(target, { recursive: true });
  return target;
}

const refusal = (propertyName: string, errorMessage: RegExp) => ({
  errors: [{ propertyName, errorMessage: expect.stringMatching(errorMessage) as string }],
});

describe('adding a library', () => {
  it('takes the defaults and the name of the folder, made unique', async () => {
    const first = await libraries.add({ path: `${await folder('one/Films')}/` });
    expect(first).toMatchObject({ ...LIBRARY_DEFAULTS, name: 'Films', lastScanAt: null, scanState: 'idle' });
    expect(first.path).toBe(path.join(fixture.folder, 'one/Films'));
    expect(librarySchema.parse(first)).toEqual(first);
    const second = await libraries.add({ path: await folder('two/Films'), minimumAgeSeconds: 5 });
    expect(second).toMatchObject({ name: 'Films 2', minimumAgeSeconds: 5 });
    expect(changed).toEqual(['library', 'library']);
  });

  it.each<[string, (base: string) => string, RegExp]>([
    ['is relative', () => 'films', /absolute/],
    ['holds a NUL', () => '/films\0', /NUL/],
    ['is not there', (base) => `${base}/nowhere`, /not there/],
    ['is a file', (base) => `${base}/file`, /not a folder/],
    ['is a library', (base) => `${base}/films`, /is the library films already/],
    ['is a library by another name', (base) => `${base}/link`, /is the library films already/],
    ['lies in a library', (base) => `${base}/films/inner`, /lies in the library films/],
    ['lies in a library, seen through a link', (base) => `${base}/link/inner`, /lies in the library films/],
    ['has a library in it', (base) => base, /lies in this folder/],
    ['is the configuration folder', (base) => `${base}/config`, /configuration folder/],
    ['lies in the configuration folder', (base) => `${base}/config/profiles`, /configuration folder/],
  ])('refuses a folder that %s', async (_what, choose, message) => {
    await folder('films/inner');
    await writeFile(path.join(fixture.folder, 'file'), '');
    await symlink('films', path.join(fixture.folder, 'link'));
    await libraries.add({ path: path.join(fixture.folder, 'films') });
    const adding = libraries.add({ path: choose(fixture.folder) });
    await expect(adding).rejects.toBeInstanceOf(FieldException);
    await expect(adding).rejects.toMatchObject(refusal('path', message));
  });

  it('takes a folder whose name only begins like that of a library', async () => {
    await libraries.add({ path: await folder('films') });
    expect(await libraries.add({ path: await folder('films 2') })).toMatchObject({ name: 'films 2' });
  });

  it('refuses a profile that is not there, and a name that is taken', async () => {
    const films = await folder('films');
    await expect(libraries.add({ path: films, profile: 'none' })).rejects.toMatchObject(
      refusal('profile', /none/),
    );
    await libraries.add({ path: films, name: 'Mine' });
    const again = libraries.add({ path: await folder('other'), name: 'Mine' });
    await expect(again).rejects.toMatchObject(refusal('name', /already/));
  });

  it('adds one of two requests for the same folder', async () => {
    const films = await folder('films');
    const results = await Promise.allSettled([
      libraries.add({ path: films }),
      libraries.add({ path: films }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('lets no request set what is not its own', () => {
    expect(addLibrary.safeParse({ path: '/x', id: 7 }).success).toBe(false);
  });
});

describe('a library', () => {
  it('is found by any path that leads to it', async () => {
    const { id } = await libraries.add({ path: await folder('films') });
    await symlink('films', path.join(fixture.folder, 'link'));
    for (const way of ['films', 'films/', 'link', 'films/../films']) {
      expect((await libraries.findByPath(`${fixture.folder}/${way}`))?.id).toBe(id);
    }
    expect(await libraries.findByPath(fixture.folder)).toBeNull();
  });

  it('counts its files from the tallies', async () => {
    const { id } = await libraries.add({ path: await folder('films') });
    await fixture.dataSource.manager.insert(
      MediaFileEntity,
      FILE_STATUSES.map((status, n) => ({
        ...{
          libraryId: id,
          directory: '',
          name: `${status}.mkv`,
          size: 2 ** n,
          mtimeNs: '1',
          inode: '',
          status,
          updatedAt: 0,
        },
      })),
    );
    const day = { libraryId: id, files: 1, sourceSize: 10 };
    await fixture.dataSource.manager.insert(SavingsDayEntity, [
      { ...day, day: '2026-01-01', saved: 7 },
      { ...day, day: '2026-01-02', saved: -2 },
    ]);
    expect((await libraries.list())[0]?.statistics).toEqual({
      ...{ files: 7, size: 127, queued: 1, replaced: 1, skipped: 1, failed: 1, unreadable: 1 },
      ...{ saved: 5, inTrash: 0 },
    });
  });

  it('changes, and sorts its waiting jobs anew when weight or order do', async () => {
    const { id } = await libraries.add({ path: await folder('films') });
    await fixture.dataSource.manager.insert(MediaFileEntity, {
      ...{
        id: 5,
        libraryId: id,
        directory: '',
        name: 'a',
        size: 9,
        mtimeNs: '1',
        inode: '',
        status: 'queued',
        updatedAt: 0,
      },
    });
    await addJob(id, 5, 'pending');
    let reordered = 0;
    fixture.events.on('reordered', () => (reordered += 1));
    expect(await libraries.update(id, { name: 'Films', weight: 3 })).toMatchObject({
      name: 'Films',
      weight: 3,
    });
    expect(reordered).toBe(1);
    expect((await fixture.jobs())[0]).toMatchObject({ weight: 3 });
    await libraries.update(id, { enabled: false });
    expect(reordered).toBe(1);
    await expect(libraries.update(99, { weight: 1 })).rejects.toBeInstanceOf(NotFoundException);
  });
});

async function addJob(libraryId: number, fileId: number, state: JobEntity['state']): Promise<void> {
  await fixture.dataSource.manager.insert(JobEntity, {
    ...{
      pipeline: 'compress',
      ending: 'replace',
      libraryId,
      fileId,
      title: '',
      lane: 'cpu',
      state,
      params: {},
      inputs: [],
    },
    ...{
      size: 1,
      front: 0,
      weight: 0,
      orderKey: 0,
      orderText: '',
      openChildren: 0,
      attempt: 0,
      maxAttempts: 3,
    },
    ...{ epoch: 0, createdAt: 0, updatedAt: 0 },
  });
}

describe('removing a library', () => {
  it('ends its scan and its jobs, forgets its files and touches none', async () => {
    const films = await folder('films');
    for (let n = 0; n < 30; n += 1) await writeFile(path.join(films, `${n}.mkv`), String(n));
    const { id } = await libraries.add({ path: films, minimumAgeSeconds: 0 });
    const other = await libraries.add({ path: await folder('other') });
    await writeFile(path.join(other.path, 'a.mkv'), 'other');
    fixture.scanner.start(id);
    await fixture.scanner.whenIdle(id);
    const file = (await fixture.files())[0]!;
    await addJob(id, file.id, 'pending');
    await addJob(id, file.id + 1, 'running');
    fixture.scanner.start(id);
    await libraries.remove(id);
    expect((await libraries.list()).map((library) => library.id)).toEqual([other.id]);
    expect(await fixture.files()).toEqual([]);
    expect((await fixture.jobs()).map(({ state, reasonCode }) => [state, reasonCode])).toEqual([
      ['cancelled', 'library_removed'],
      ['cancelled', 'library_removed'],
    ]);
    expect(() => fixture.scanner.start(id)).toThrow(ConflictException);
    expect(await libraries.findByPath(films)).toBeNull();
    await expect(libraries.remove(id)).rejects.toBeInstanceOf(NotFoundException);
  });

  it('waits for a file that is being replaced', async () => {
    const { id } = await libraries.add({ path: await folder('films') });
    await addJob(id, 1, 'replacing');
    await expect(libraries.remove(id)).rejects.toBeInstanceOf(ConflictException);
    await fixture.dataSource.manager.update(JobEntity, { libraryId: id }, { state: 'completed' });
    await libraries.remove(id);
    expect(await fixture.dataSource.manager.countBy(LibraryEntity, {})).toBe(0);
  });
});
