import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job, Library, Page } from '../../contracts/src/index.js';
import { longBunny } from '../support/media.js';
import { processesOf } from '../support/processes-of.js';
import { makeConfig } from '../support/program.js';
import { startServer, type StartedServer } from '../support/server.js';
import { until } from '../support/until.js';

/** What service managers give a service, and a little for the machine. */
const MOST_MS = 11_000;

let folder: string;
let config: string;
const library = () => path.join(folder, 'library');

/** One film for all of it: each start goes on with it where the stop before it had left it. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-shutdown-'));
  config = await makeConfig(folder);
  await mkdir(library());
  await copyFile(await longBunny(), path.join(library(), 'film.mp4'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Its process, by what its command line holds. */
async function pidOf(what: RegExp): Promise<number> {
  return until('a process', async () =>
    Number((await processesOf(folder)).find((line) => what.test(line))?.split(' ')[0] ?? 0),
  );
}

const ENCODER = /^\d+ (\S*nice\S* .*)?\S*ffmpeg .*libsvtav1/;

async function encoding(): Promise<StartedServer> {
  const server = await startServer(config);
  if ((await server.api<Library[]>('GET', 'libraries')).length === 0) {
    const body = { path: library(), minimumAgeSeconds: 0 };
    const { id } = await server.api<Library>('POST', 'libraries', body);
    await server.api('POST', `libraries/${id}/scan`);
  }
  await until(
    'the encode',
    async () =>
      (await server.api<Page<Job>>('GET', 'jobs')).records.some(
        ({ progress }) => progress?.step === 'encode_video' && (progress.percent ?? 0) > 0,
      ),
    { timeoutMs: 60_000, seen: () => server.output().slice(-2000) },
  );
  return server;
}

async function stopped(server: StartedServer): Promise<{ code: number | undefined; ms: number }> {
  const started = performance.now();
  const code = await server.stop();
  return { code, ms: performance.now() - started };
}

function read<T>(sql: string): T[] {
  const database = new Database(path.join(config, 'boilarr.db'), { readonly: true });
  try {
    return database.prepare(sql).all() as T[];
  } finally {
    database.close();
  }
}

async function expectGivenBack(attempts: number): Promise<void> {
  // What the kernel takes down after its parent is gone a moment later.
  await until('the end of all processes', async () => (await processesOf(folder)).length === 0, {
    ...{ timeoutMs: 5000, seen: () => processesOf(folder) },
  });
  const done = read<{ name: string }>(`SELECT "name" FROM "job_step" WHERE "state" = 'completed'`);
  expect(done.map(({ name }) => name)).toEqual(['stage', 'probe', 'plan']);
  expect(await readdir(library())).toEqual(['film.mp4']);
  expect(read<object>(`SELECT "attempt", "maxAttempts" - "attempt" AS "left" FROM "job"`)).toEqual([
    { attempt: attempts, left: 3 },
  ]);
}

it('gives a running encode back, and takes everything down with it', async () => {
  const { code, ms } = await stopped(await encoding());
  expect(ms).toBeLessThan(MOST_MS);
  expect(code).toBe(0);
  await expectGivenBack(1);
  expect(read(`SELECT "state", "nodeId" FROM "job"`)).toEqual([{ state: 'pending', nodeId: null }]);
  expect(read(`SELECT "outcome" FROM "job_attempt"`)).toEqual([{ outcome: 'given_back' }]);
});

it('ends in time when the encoder hangs', async () => {
  const server = await encoding();
  process.kill(await pidOf(ENCODER), 'SIGSTOP');
  const { ms } = await stopped(server);
  expect(ms).toBeLessThan(MOST_MS);
  await expectGivenBack(2);
});
