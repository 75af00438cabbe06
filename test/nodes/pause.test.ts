import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Job, JobDetail, Library, NodeResource, Page } from '../../contracts/src/index.js';
import { longBunny } from '../support/media.js';
import { processesOf } from '../support/processes-of.js';
import { makeConfig } from '../support/program.js';
import { startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { plainFilm } from './plain-film.js';

/** Longer than this the node rests in the test: the watchdog must not count it. */
const STALL_SECONDS = 10;

interface Lab {
  folder: string;
  library: string;
  server: StartedServer;
  seen: () => string;
}

/** A server with one slot, and an empty library. */
async function lab(): Promise<Lab> {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  await mkdir(library);
  const profile = `video:\n  preset: 8\n  crf: 40\nact:\n  stallSeconds: ${STALL_SECONDS}\n`;
  const server = await startServer(await makeConfig(folder, profile));
  const seen = () => server.output().slice(-2000);
  await until('the node', async () => (await server.api<NodeResource>('GET', 'nodes/1')).state === 'online', {
    timeoutMs: 60_000,
    seen,
  });
  await server.api('PUT', 'nodes/1', { cpuSlots: 1, threadsPerJob: 1 });
  await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
  return { folder, library, server, seen };
}

async function add({ library, server }: Lab, film: string, ...names: string[]): Promise<void> {
  for (const name of names) await copyFile(film, path.join(library, name));
  await server.api('POST', 'libraries/1/scan');
}

async function jobs(server: StartedServer): Promise<Job[]> {
  return (await server.api<Page<Job>>('GET', 'jobs?pageSize=50')).records;
}

/** Waits for an encode that has come some way, and says which job's. */
function encoding({ server, seen }: Lab, atPercent = 1): Promise<Job> {
  return until(
    'an encode',
    async () =>
      (await jobs(server)).find(
        ({ state, progress }) =>
          state === 'running' && progress?.step === 'encode_video' && (progress.percent ?? 0) >= atPercent,
      ),
    { timeoutMs: 90_000, seen },
  );
}

/** State letter and ticks of CPU time, from proc_pid_stat(5), of each process that encodes. */
async function encoders(folder: string): Promise<{ pid: number; state: string; ticks: number }[]> {
  const lines = (await processesOf(folder)).filter((line) => line.includes('libsvtav1'));
  return lines.flatMap((line) => {
    const pid = Number(line.split(' ')[0]);
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid, state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) }];
    } catch {
      return [];
    }
  });
}

/** Pauses, and waits until what encodes stands still and the node says why. */
async function pause({ folder, server, seen }: Lab): Promise<void> {
  await server.api('POST', 'nodes/1/pause', { mode: 'now' });
  await until(
    'a node at rest',
    async () => {
      const states = (await encoders(folder)).map(({ state }) => state);
      const { resting } = await server.api<NodeResource>('GET', 'nodes/1');
      return states.length > 0 && states.every((state) => state === 'T') && resting === 'user';
    },
    { timeoutMs: 60_000, seen },
  );
}

async function pictureHash(file: string): Promise<string> {
  const args = ['-v', 'error', '-i', file, '-map', '0:v', '-c', 'copy', '-f', 'hash', '-'];
  return (await execa('ffmpeg', args, { stdin: 'ignore' })).stdout;
}

/** The node rests for long, in the middle of one of two encodes of the same film. */
async function restsAndGoesOn(its: Lab): Promise<void> {
  const { folder, library, server, seen } = its;
  await add(its, await plainFilm(), 'a.mkv', 'b.mkv');
  const job = await encoding(its);
  await pause(its);
  const before = await encoders(folder);
  // Beyond the stall limit, and beyond some heartbeats: the lease is kept.
  await sleep((STALL_SECONDS + 1) * 1000);
  expect(await encoders(folder)).toEqual(before);
  const commands = (await processesOf(folder)).filter((line) => line.includes('libsvtav1'));
  expect(commands.filter((line) => !/ -threads 1 .*[ :]lp=1\b/.test(line))).toEqual([]);
  const held = (await jobs(server)).filter(({ state }) => state === 'running');
  expect(held.map(({ id }) => id)).toContain(job.id);

  await server.api('POST', 'nodes/1/resume');
  const done = await until(
    'two films',
    async () => {
      const completed = (await jobs(server)).filter(({ state }) => state === 'completed');
      return completed.length === 2 && completed;
    },
    { timeoutMs: 120_000, seen },
  );
  expect(done.map(({ id }) => id)).toContain(job.id);
  const { attempts } = await server.api<JobDetail>('GET', `jobs/${job.id}`);
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['delivered']);
  const [one, other] = await Promise.all(done.map(({ title }) => pictureHash(path.join(library, title))));
  expect(one).toMatch(/^SHA256=/);
  expect(one).toBe(other);
}

async function endOfEncode({ folder, seen }: Lab, what: string): Promise<void> {
  await until(what, async () => (await encoders(folder)).length === 0, { timeoutMs: 60_000, seen });
}

async function givesBack(its: Lab): Promise<void> {
  const { server, seen } = its;
  const job = await encoding(its);
  await pause(its);
  await server.api('POST', 'nodes/1/pause', { mode: 'giveBack' });
  await endOfEncode(its, 'the end of an encode that is given back');
  await until(
    'the job to wait again',
    async () => {
      const { state, attempts } = await server.api<JobDetail>('GET', `jobs/${job.id}`);
      return state === 'pending' && attempts.at(-1)?.outcome === 'given_back';
    },
    { timeoutMs: 60_000, seen },
  );
}

async function cancels(its: Lab): Promise<void> {
  const { folder, server, seen } = its;
  const job = await encoding(its);
  await pause(its);
  await server.api('POST', `jobs/${job.id}/cancel`);
  await endOfEncode(its, 'the end of a cancelled encode');
  const work = path.join(folder, 'config', 'work');
  await until('a tidy work folder', async () => !(await readdir(work)).includes(`job-${job.id}`), {
    ...{ timeoutMs: 60_000, seen },
  });
  // It still rests: the next one does not begin.
  const begun = (await jobs(server)).filter(
    ({ state, progress }) => state === 'running' && progress !== null,
  );
  expect(begun.map(({ progress }) => progress?.step)).not.toContain('encode_video');
}

async function losesItsNode(its: Lab): Promise<void> {
  await encoding(its);
  await pause(its);
  const agent = (await processesOf(its.folder)).find((line) => line.includes('node-agent/src/main.js'));
  process.kill(Number(agent?.split(' ')[0]), 'SIGKILL');
  await endOfEncode(its, 'the end of an encode whose agent was killed');
}

it('stands still and goes on as if nothing had been; what stands still can be ended all the same', async () => {
  const its = await lab();
  await restsAndGoesOn(its);
  // Long enough not to be done before the node has heard that it is to rest.
  await add(its, await longBunny(), 'c.mp4', 'd.mp4');
  await givesBack(its);
  await its.server.api('POST', 'nodes/1/resume');
  await cancels(its);
  await its.server.api('POST', 'nodes/1/resume');
  await losesItsNode(its);
});
