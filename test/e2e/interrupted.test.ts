import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import type { JobDetail, Library, Page, Job } from '../../contracts/src/index.js';
import { cached, ffmpeg, longBunny, smallBunny } from '../support/media.js';
import { processesOf } from '../support/processes-of.js';
import { MAIN, makeConfig } from '../support/program.js';
import { startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

/** A film that takes some seconds, so that there is something to interrupt. */
const film = () =>
  cached('bunny-twelve-seconds.mp4', async (file) =>
    ffmpeg('-i', await longBunny(), '-t', '12', '-c', 'copy', file),
  );

async function libraryOfOne(folder: string): Promise<string> {
  const library = path.join(folder, 'library');
  await mkdir(library);
  await copyFile(await film(), path.join(library, 'film.mp4'));
  return library;
}

async function runningJob(server: StartedServer, step: string): Promise<Job> {
  return until(
    `step ${step}`,
    async () => {
      const page = await server.api<Page<Job>>('GET', 'jobs');
      return page.records.find((job) => job.progress?.step === step && (job.progress.percent ?? 0) > 0);
    },
    { timeoutMs: 60_000, seen: () => server.output().slice(-2000) },
  );
}

const filesBelow = async (root: string) =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

it('ends cleanly on Ctrl-C: no process and no half file is left, the film is whole', async () => {
  const folder = await temporaryFolder();
  const config = await makeConfig(folder);
  const library = await libraryOfOne(folder);
  const child = execa(process.execPath, [MAIN, '--library', library, '--once', '--minimum-age', '0'], {
    reject: false,
    stdin: 'ignore',
    // A group of its own, so that the signal goes to all of it, as a terminal's Ctrl-C does.
    detached: true,
    env: { BOILARR_CONFIG_DIR: config },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await until('the encode', () => /encode_video.* [1-9]\d? %/.test(output), {
    timeoutMs: 60_000,
    seen: () => output,
  });
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect((await child).exitCode).toBe(130);
  await until('the end of all processes', async () => (await processesOf(folder)).length === 0, {
    timeoutMs: 60_000,
    seen: () => processesOf(folder),
  });
  expect(await filesBelow(library)).toEqual(['film.mp4']);
  expect((await readFile(path.join(library, 'film.mp4'))).equals(await readFile(await film()))).toBe(true);
  expect((await filesBelow(path.join(config, 'work'))).filter((name) => name.startsWith('partial-'))).toEqual(
    [],
  );
});

it('goes on from the last finished step when the agent is killed, and leaves no tool behind', async () => {
  const folder = await temporaryFolder();
  const config = await makeConfig(folder);
  const library = await libraryOfOne(folder);
  const server = await startServer(config);
  const added = await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
  await server.api('POST', `libraries/${added.id}/scan`);
  const job = await runningJob(server, 'encode_video');

  const agent = (await processesOf(folder)).find((line) => line.includes('node-agent/src/main.js'));
  process.kill(Number(agent?.split(' ')[0]), 'SIGKILL');
  await until(
    'the end of its encoder',
    async () => !(await processesOf(folder)).some((line) => line.includes('libsvtav1')),
    {
      timeoutMs: 60_000,
    },
  );
  const completed = await until(
    'the second attempt',
    async () => {
      const detail = await server.api<JobDetail>('GET', `jobs/${job.id}`);
      return detail.state === 'completed' && detail;
    },
    { timeoutMs: 120_000, seen: () => server.api('GET', `jobs/${job.id}`) },
  );
  expect(completed.attempts.map((attempt) => attempt.outcome)).toEqual(['lost', 'delivered']);
  const log = await (
    await fetch(`${server.url}/api/v1/jobs/${job.id}/log?apikey=0123456789abcdef0123456789abcdef`)
  ).text();
  expect(log).toContain('goes on after plan, done by an earlier attempt');
  expect(log.match(/step 2\/9 probe/g)).toHaveLength(1);
  expect(await filesBelow(library)).toContain('film.mkv');
}, 240_000);

it('goes on after the server was killed in the middle of an encode', async () => {
  const folder = await temporaryFolder();
  const config = await makeConfig(folder);
  const library = await libraryOfOne(folder);
  const first = await startServer(config);
  const added = await first.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
  await first.api('POST', `libraries/${added.id}/scan`);
  const job = await runningJob(first, 'encode_video');
  await first.kill('SIGKILL');
  await until('the end of all it started', async () => (await processesOf(folder)).length === 0, {
    timeoutMs: 60_000,
    seen: () => processesOf(folder),
  });

  const second = await startServer(config);
  await until(
    'the film',
    async () => (await second.api<JobDetail>('GET', `jobs/${job.id}`)).state === 'completed',
    { timeoutMs: 120_000, seen: () => second.api('GET', `jobs/${job.id}`) },
  );
  expect(await filesBelow(library)).toContain('film.mkv');
}, 240_000);

it('prints the decisions of a dry run and touches nothing, not even its own folder', async () => {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  await mkdir(library);
  await copyFile(await smallBunny(), path.join(library, 'bunny.mp4'));
  const config = path.join(folder, 'config');
  const { stdout, exitCode } = await execa(process.execPath, [MAIN, '--library', library, '--dry-run'], {
    env: { BOILARR_CONFIG_DIR: config },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/encode {2}bunny\.mp4\n.*expected to save/);
  expect(stdout).toMatch(/Nothing was changed/);
  expect(await readdir(folder)).toEqual(['library']);
  expect(await readdir(library)).toEqual(['bunny.mp4']);
});
