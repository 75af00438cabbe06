import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { JobDetail } from '../../contracts/src/index.js';
import { builtModules } from '../support/built.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { PARTS, SEAM_PIPELINES } from './seam-pipelines.js';

const API_KEY = 'a key that only this test knows';
const quiet = { log: () => undefined, warn: () => undefined, error: console.error };

it(
  'runs two inputs, three children and a publish ending; a failed child is run again alone',
  { timeout: 90_000 },
  async () => {
    const folder = await temporaryFolder();
    const { startServer, AppConfig, JobsService, NodesService, startAgent, PipelineRegistry } =
      await builtModules();
    const pipelines = new PipelineRegistry(SEAM_PIPELINES);
    await mkdir(path.join(folder, 'config'));
    const server = await startServer({
      config: new AppConfig({
        directory: path.join(folder, 'config'),
        port: 0,
        urlBase: '',
        apiKey: API_KEY,
        logLevel: 'warn',
        redisUrl: null,
        builtInNode: false,
        retryDelaysMs: [10],
      }),
      pipelines,
      logger: quiet,
      builtInNode: false,
    });
    onTestFinished(() => server.stop(), 30_000);

    const { token } = await server.application.get(NodesService).prepareBuiltIn();
    const agent = await startAgent(
      {
        serverUrl: server.url,
        token,
        name: 'test',
        workFolder: path.join(folder, 'config', 'work'),
      },
      pipelines,
      '0.0.0',
      new AbortController().signal,
      () => undefined,
    );
    onTestFinished(() => agent.close(), 30_000);

    const inputs = [];
    for (const name of ['a', 'b']) {
      const file = path.join(folder, `${name}.txt`);
      await writeFile(file, name.toUpperCase());
      const status = await stat(file, { bigint: true });
      inputs.push({ name, path: file, size: Number(status.size), mtimeNs: String(status.mtimeNs) });
    }
    const gate = path.join(folder, 'gate');
    const published = path.join(folder, 'published');
    await mkdir(gate);
    await mkdir(published);

    const created = await server.application.get(JobsService).create({
      pipeline: 'seam-parent',
      ending: 'publish',
      title: 'seams',
      params: { gate },
      inputs,
      publishRoot: published,
    });

    const get = async (id: number): Promise<JobDetail> => {
      const response = await fetch(`${server.url}/api/v1/jobs/${id}`, { headers: { 'X-Api-Key': API_KEY } });
      expect(response.status).toBe(200);
      return (await response.json()) as JobDetail;
    };

    // Two children complete, the third fails three times and then for good; the parent waits for it.
    const waiting = await until('two completed children and a failed one', async () => {
      const detail = await get(created.id);
      const states = detail.children.map((child) => child.state).sort();
      return states.join() === 'completed,completed,failed_permanent' && detail;
    });
    expect(waiting.state).toBe('pending');
    expect(waiting.openChildren).toBe(1);
    expect(waiting.children.map((child) => child.title)).toEqual(PARTS.map((part) => `part ${part}`));
    const failed = waiting.children.find((child) => child.state === 'failed_permanent');
    const failedDetail = await get(failed!.id);
    expect(failedDetail.attempts.map((attempt) => attempt.outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(failedDetail.reason?.message).toContain('ENOENT');

    await writeFile(path.join(gate, 'open'), '');
    const rerun = await fetch(`${server.url}/api/v1/jobs/${failed!.id}/rerun`, {
      method: 'POST',
      headers: { 'X-Api-Key': API_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ fromStep: 'work' }),
    });
    expect(rerun.status).toBe(201);

    const completed = await until('the parent', async () => {
      const detail = await get(created.id);
      return detail.state === 'completed' && detail;
    });
    expect(await readFile(path.join(published, 'made', 'joined.txt'), 'utf8')).toBe(
      'one:A+B\ntwo:A+B\nthree:A+B',
    );

    // Only the failed child ran again; the parent went on after its fan-out instead of starting anew.
    const children = await Promise.all(completed.children.map((child) => get(child.id)));
    expect(children.map((child) => child.attempts.length)).toEqual([1, 4, 1]);
    expect(completed.attempts.map((attempt) => attempt.outcome)).toEqual(['yielded', 'delivered']);
    expect(completed.steps.map((step) => step.state)).toEqual([
      'completed',
      'completed',
      'completed',
      'completed',
    ]);
    const log = await fetch(`${server.url}/api/v1/jobs/${created.id}/log`, {
      headers: { 'X-Api-Key': API_KEY },
    });
    expect(await log.text()).toContain('goes on after split');
  },
);
