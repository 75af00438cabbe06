import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import type { Job, JobDetail, Library, MediaFile, Page, Review } from '../../contracts/src/index.js';
import { smallBunny, smallRecording } from '../support/media.js';
import { boilarr, MAIN, makeConfig } from '../support/program.js';
import { API_KEY, startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

async function hashes(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder))
    if (!name.startsWith('.'))
      found[name] = createHash('sha256')
        .update(await readFile(path.join(folder, name)))
        .digest('hex');
  return found;
}

/** The node keeps things of its own beside them. */
async function jobFolders(work: string): Promise<string[]> {
  return (await readdir(work)).filter((name) => name.startsWith('job-')).sort();
}

async function waiting(server: StartedServer): Promise<Job[]> {
  return (await server.api<Page<Job>>('GET', 'jobs?state=in_review')).records;
}

function reached(server: StartedServer, id: number, state: Job['state']): Promise<JobDetail> {
  return until(
    `job ${id} to be ${state}`,
    async () => {
      const detail = await server.api<JobDetail>('GET', `jobs/${id}`);
      return detail.state === state && detail;
    },
    { timeoutMs: 60_000, seen: () => server.api('GET', `jobs/${id}`) },
  );
}

it('replaces nothing that nobody has approved, and encodes nothing again that was rejected', async () => {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  await mkdir(library);
  await copyFile(await smallBunny(), path.join(library, 'good.mp4'));
  await copyFile(await smallRecording(), path.join(library, 'poor.ts'));
  const before = await hashes(library);
  const config = await makeConfig(folder);
  const work = path.join(config, 'work');
  let server = await startServer(config);
  const cli = (...args: string[]) =>
    execa(process.execPath, [MAIN, 'jobs', ...args], {
      reject: false,
      env: {
        BOILARR_CONFIG_DIR: config,
        BOILARR_API_KEY: API_KEY,
        BOILARR_PORT: new URL(server.url).port,
      },
    });
  const added = await server.api<Library>('POST', 'libraries', {
    path: library,
    minimumAgeSeconds: 0,
    review: true,
  });
  await server.api('POST', `libraries/${added.id}/scan`);
  const jobs = await until(
    'both encodes',
    async () => {
      const rows = await waiting(server);
      return rows.length === 2 && rows;
    },
    { timeoutMs: 60_000, seen: () => server.api('GET', 'jobs') },
  );
  const good = jobs.find(({ title }) => title === 'good.mp4')?.id ?? 0;
  const poor = jobs.find(({ title }) => title === 'poor.ts')?.id ?? 0;
  expect(await hashes(library)).toEqual(before);

  await server.stop();
  // A single run has nothing to do, and does not wait for a person.
  const once = await boilarr(config, ['--once']);
  expect(once.exitCode).toBe(0);
  expect(once.stdout.trimEnd()).toMatch(/2 encodes wait for review, .*boilarr -- jobs"$/);
  server = await startServer(config);
  expect((await waiting(server)).map(({ id }) => id).sort()).toEqual([good, poor].sort());
  expect(await hashes(library)).toEqual(before);
  expect(await jobFolders(work)).toEqual([`job-${good}`, `job-${poor}`].sort());

  const review = await server.api<Review>('GET', `jobs/${good}/review`);
  expect(review).toMatchObject({
    sourcePath: path.join(library, 'good.mp4'),
    finalPath: path.join(library, 'good.mkv'),
    source: { videoCodec: 'h264' },
    output: { videoCodec: 'av1' },
    saving: review.source.size - review.output.size,
  });
  expect(review.saving).toBeGreaterThan(0);

  const still = (query: string) =>
    fetch(`${server.url}/api/v1/jobs/${good}/review/still?${query}`, { headers: { 'X-Api-Key': API_KEY } });
  for (const of of ['source', 'output']) {
    const response = await still(`of=${of}&at=1`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('ffd8ff');
  }
  expect((await still('of=output&at=900')).status).toBe(404);

  const listed = await cli('list', '--state', 'in_review', '--library', added.name, '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject({ totalRecords: 2, records: [{}, {}] });
  const approved = await cli('approve', String(good));
  expect([approved.exitCode, approved.stdout]).toEqual([
    0,
    expect.stringMatching(`job ${good} was approved`),
  ]);
  await reached(server, good, 'completed');
  expect(Object.keys(await hashes(library)).sort()).toEqual(['good.mkv', 'poor.ts']);

  await server.api('POST', `jobs/${poor}/reject`, { reason: 'too soft' });
  await until('the output to go', async () => (await jobFolders(work)).length === 0);
  await server.api('POST', `libraries/${added.id}/scan`);
  await until(
    'the scan',
    async () => (await server.api<Library>('GET', `libraries/${added.id}`)).scanState === 'idle',
  );
  const files = await server.api<Page<MediaFile>>('GET', `files?libraryId=${added.id}`);
  expect(files.records.find((file) => file.path.endsWith('poor.ts'))).toMatchObject({
    status: 'skipped',
    reason: { code: 'rejected', message: expect.stringContaining('too soft') as string },
  });
  expect((await server.api<JobDetail>('GET', `jobs/${poor}`)).state).toBe('skipped');
  expect((await hashes(library))['poor.ts']).toBe(before['poor.ts']);

  const unknown = await cli('rerun', String(poor), '--from', 'polish');
  expect([unknown.exitCode, unknown.stderr]).toEqual([1, expect.stringContaining('3 encode_video')]);
  const replaced = await cli('rerun', String(good));
  expect([replaced.exitCode, replaced.stderr]).toEqual([1, expect.stringContaining('from the trash first')]);
  const again = await cli('rerun', String(poor), '--from', 'encode_video');
  expect([again.exitCode, again.stdout]).toEqual([0, `job ${poor} runs again (pending)`]);
  const second = await reached(server, poor, 'in_review');
  expect(second.attempts).toHaveLength(2);

  // Lost in the meantime: said, and made anew.
  const [output = ''] = await readdir(path.join(work, `job-${poor}`));
  await rm(path.join(work, `job-${poor}`, output));
  await server.api('POST', `jobs/${poor}/approve`);
  expect((await reached(server, poor, 'pending')).reason).toMatchObject({
    code: 'output_missing',
    message: expect.stringContaining('made anew') as string,
  });
  expect((await hashes(library))['poor.ts']).toBe(before['poor.ts']);
  expect((await cli('cancel', String(poor))).exitCode).toBe(0);
  await until('its work folder to go', async () => (await jobFolders(work)).length === 0);
  const late = await cli('approve', String(poor), '999');
  expect([late.exitCode, late.stderr]).toEqual([
    1,
    expect.stringMatching(/does not wait for review: it is cancelled[^]*no job 999/),
  ]);

  await server.stop();
  const nobody = await cli('list');
  expect([nobody.exitCode, nobody.stderr]).toEqual([
    1,
    expect.stringMatching(/no server answers.*npm start/),
  ]);
}, 240_000);
