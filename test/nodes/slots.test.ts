import { copyFile, mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Job, JobDetail, Library, NodeResource, Page } from '../../contracts/src/index.js';
import { makeConfig } from '../support/program.js';
import { startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { plainFilm } from './plain-film.js';

/** Those of compress that hold a slot. */
const SLOT_STEPS = ['encode_video', 'encode_audio', 'convert_subtitles', 'mux', 'verify'];

const at = (time: string | null | undefined) => (time == null ? Number.NaN : Date.parse(time));

class Watch {
  constructor(private readonly server: StartedServer) {}

  /** @param states only those in one of them, separated by commas */
  async details(states = ''): Promise<JobDetail[]> {
    const { records } = await this.server.api<Page<Job>>('GET', `jobs?pageSize=50&state=${states}`);
    return Promise.all(records.map(({ id }) => this.server.api<JobDetail>('GET', `jobs/${id}`)));
  }

  /** Jobs that hold a slot. */
  async working(): Promise<JobDetail[]> {
    return (await this.details('claimed,running')).filter(({ steps }) =>
      steps.some(({ name, state }) => SLOT_STEPS.includes(name) && state === 'running'),
    );
  }

  slots(cpuSlots: number): Promise<NodeResource> {
    return this.server.api('PUT', 'nodes/1', { cpuSlots });
  }
}

/** ms until a node has surely heard of a new setting: a heartbeat each second, on a machine with enough to do. */
const HEARD_MS = 4000;

const encodes = ({ steps }: JobDetail) =>
  steps.some(({ name, state }) => name === SLOT_STEPS[0] && state === 'running');
const began = ({ steps }: JobDetail) => at(steps.find(({ name }) => name === SLOT_STEPS[0])?.startedAt);
const ended = ({ steps }: JobDetail) => at(steps.find(({ name }) => name === SLOT_STEPS.at(-1))?.endedAt);

it('takes and adds slots while jobs run: none is killed, none begins too soon, and new ones are used at once', async () => {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  await mkdir(library);
  for (let film = 0; film < 9; film += 1)
    await copyFile(await plainFilm(), path.join(library, `${film}.mkv`));
  const server = await startServer(await makeConfig(folder, 'video:\n  preset: 8\n  crf: 40\n'));
  const watch = new Watch(server);
  const start = Date.now();
  const seen = async () => ({
    // ms since the start at which each job began and ended its work in a slot
    jobs: (await watch.details()).map((job) => [job.id, job.state, began(job) - start, ended(job) - start]),
    output: server.output().slice(-1000),
  });
  await until('the node', async () => (await server.api<NodeResource>('GET', 'nodes/1')).state === 'online', {
    timeoutMs: 60_000,
    seen,
  });
  await server.api('PUT', 'nodes/1', { cpuSlots: 3, threadsPerJob: 1 });
  const { id } = await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
  await server.api('POST', `libraries/${id}/scan`);
  const three = await until(
    'three at work',
    async () => {
      const working = await watch.working();
      return working.length === 3 && working.every(encodes) && working;
    },
    { timeoutMs: 90_000, seen },
  );

  const lowered = Date.now();
  await watch.slots(1);
  const firstIds = three.map((job) => job.id);
  const fourth = await until(
    'one more to begin',
    async () => (await watch.working()).find((job) => !firstIds.includes(job.id)),
    { timeoutMs: 120_000, seen },
  );

  const raised = Date.now();
  await watch.slots(4);
  const four = await until(
    'four at work',
    async () => {
      const working = await watch.working();
      return working.length === 4 && working;
    },
    { timeoutMs: 60_000, seen },
  );

  const all = await until(
    'the first three to be delivered',
    async () => {
      const details = await watch.details();
      const first = details.filter((job) => firstIds.includes(job.id));
      return first.every(({ state }) => state === 'completed') && details;
    },
    { timeoutMs: 90_000, seen },
  );
  const first = all.filter((job) => firstIds.includes(job.id));
  expect(first.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual(
    firstIds.map(() => ['delivered']),
  );
  // Whoever begins with one slot is alone, once the node has heard of it.
  const busyAt = (time: number) => all.filter((job) => began(job) < time && !(ended(job) <= time)).length;
  const heard = lowered + HEARD_MS;
  for (const time of all.map(began).filter((time) => time > lowered && time < raised))
    expect(busyAt(time)).toBeLessThanOrEqual(time < heard ? 2 : 0);
  expect(began(fourth)).toBeGreaterThan(lowered);
  const usedAfterMs = Math.max(...four.map(began)) - raised;
  console.info(
    `four at work ${usedAfterMs} ms after there were four slots; load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  // The figure above says how quick it is; this, that it does not wait for a job to end or for a timer of minutes.
  expect(usedAfterMs).toBeLessThan(20_000);
});
