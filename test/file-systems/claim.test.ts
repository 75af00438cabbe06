import { copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HealthNotice, Job, JobDetail, Library, Page } from '../../contracts/src/index.js';
import { smallBunny } from '../support/media.js';
import { MAIN, makeConfig } from '../support/program.js';
import { startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { CannotMount, Mounts } from './mounts.js';

const FILMS = ['film.mp4', 'film2.mp4', 'film3.mp4', 'film4.mp4', 'film5.mp4', 'film6.mp4'];

let mounts: Mounts;
let library = '';
let why = '';
beforeAll(async () => {
  mounts = await Mounts.open();
  try {
    const disk = await mounts.tmpfs();
    // More than a node is handed at once.
    for (const name of FILMS) await copyFile(await smallBunny(), path.join(disk, name));
    library = await mounts.readOnly(disk);
  } catch (error) {
    if (!(error instanceof CannotMount)) throw error;
    why = error.message;
  }
});
afterAll(() => mounts.close());

it('begins no encode for a library that cannot be written to, and says so', async (context) => {
  if (library === '') context.skip(why);
  const config = await makeConfig(await temporaryFolder());
  const server = await startServer(config);
  const added = await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
  await server.api('POST', `libraries/${added.id}/scan`);
  const putOff = await until(
    'the job that is put off',
    async () => {
      const { records } = await server.api<Page<Job>>('GET', 'jobs');
      return records.find((job) => job.notBefore !== null);
    },
    { timeoutMs: 60_000, seen: () => server.output().slice(-2000) },
  );
  expect(putOff).toMatchObject({ state: 'pending', attempt: 0, reason: { code: 'target_not_writable' } });
  const notices = await server.api<HealthNotice[]>('GET', 'health');
  expect(notices.filter(({ source }) => source === 'LibrariesWritable')).toMatchObject([
    { type: 'error', message: expect.stringContaining(library) as string },
  ]);
  const { records } = await server.api<Page<Job>>('GET', 'jobs');
  // The rest wait with their library.
  expect(records.filter((job) => job.notBefore === null && job.state === 'pending').length).toBeGreaterThan(
    1,
  );
  const { attempts, steps } = await server.api<JobDetail>('GET', `jobs/${putOff.id}`);
  expect(attempts).toEqual([]);
  expect(steps.filter((step) => step.state !== 'pending')).toEqual([]);
  expect((await readdir(library)).sort()).toEqual(FILMS);
}, 120_000);

it('ends a single run that can do nothing there', async (context) => {
  if (library === '') context.skip(why);
  const config = await makeConfig(await temporaryFolder());
  const { all, exitCode } = await execa(
    process.execPath,
    [MAIN, '--library', library, '--once', '--minimum-age', '0'],
    { all: true, reject: false, stdin: 'ignore', timeout: 90_000, env: { BOILARR_CONFIG_DIR: config } },
  );
  expect(all).toMatch(/put off: film\d?.mp4: no new file could be made in/);
  expect(all).toContain('6 encodes were put off');
  expect(all).not.toContain('no media files found');
  expect(exitCode).toBe(1);
  expect((await readdir(library)).sort()).toEqual(FILMS);
}, 120_000);
