import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import type { JobDetail } from '../../contracts/src/index.js';
import { builtModules } from '../support/built.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { DETOUR } from './scratch-pipeline.js';

const API_KEY = 'a key that only this test knows';
const AGENT = fileURLToPath(new URL('./scratch-agent.ts', import.meta.url));
const CONTENT = 'a film, as far as this pipeline cares';
const quiet = { log: () => undefined, warn: () => undefined, error: console.error };

/** A server, and a node with a scratch folder that can be killed. */
class Scene {
  private agent: { kill: () => Promise<unknown>; output: () => string } | null = null;

  private constructor(
    readonly folder: string,
    private readonly url: string,
    private readonly token: string,
    readonly create: (title: string, full?: boolean) => Promise<number>,
  ) {}

  static async open(): Promise<Scene> {
    const folder = await temporaryFolder();
    const { startServer, AppConfig, JobsService, NodesService, PipelineRegistry } = await builtModules();
    for (const name of ['config', 'library', 'scratch']) await mkdir(path.join(folder, name));
    const server = await startServer({
      config: new AppConfig({
        ...{ directory: path.join(folder, 'config'), port: 0, urlBase: '', apiKey: API_KEY },
        ...{ logLevel: 'warn', redisUrl: null, builtInNode: false, retryDelaysMs: [10] },
      }),
      ...{ pipelines: new PipelineRegistry([DETOUR]), logger: quiet, builtInNode: false },
    });
    onTestFinished(() => server.stop(), 30_000);
    const { token } = await server.application.get(NodesService).prepareBuiltIn();
    const source = path.join(folder, 'source.bin');
    await writeFile(source, CONTENT);
    const { size, mtimeNs } = await stat(source, { bigint: true });
    const inputs = [{ name: 'source', path: source, size: Number(size), mtimeNs: String(mtimeNs) }];
    const create = async (title: string, full = false) => {
      const params = { go: path.join(folder, `go-${title}`), full };
      const job = { pipeline: DETOUR.name, ending: DETOUR.ending, title, params, inputs };
      const publishRoot = path.join(folder, 'library');
      return (await server.application.get(JobsService).create({ ...job, publishRoot })).id;
    };
    const scene = new Scene(folder, server.url, token, create);
    onTestFinished(() => scene.killAgent(), 30_000);
    return scene;
  }

  startAgent(): void {
    const args = [this.url, this.token, path.join(this.folder, 'node'), path.join(this.folder, 'scratch')];
    const child = execa(process.execPath, [AGENT, ...args], { reject: false, stdin: 'ignore', all: true });
    let output = '';
    child.all.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    this.agent = {
      output: () => output,
      kill: () => {
        child.kill('SIGKILL');
        return child;
      },
    };
  }

  async killAgent(): Promise<void> {
    await this.agent?.kill();
    this.agent = null;
  }

  go(title: string): Promise<void> {
    return writeFile(path.join(this.folder, `go-${title}`), '');
  }

  /** What lies in the scratch folder, without the names of attempts and of the node. */
  async scratch(): Promise<string[]> {
    const [own, ...others] = await readdir(path.join(this.folder, 'scratch'));
    expect(own).toMatch(/^boilarr-[0-9a-f]{16}$/);
    expect(others).toEqual([]);
    const names = await readdir(path.join(this.folder, 'scratch', own ?? ''), { recursive: true });
    return names.map((name) => name.replace(/[0-9a-f]{24}-/, '')).sort();
  }

  async until(id: number, what: string, fits: (job: JobDetail) => unknown): Promise<JobDetail> {
    const ask = () => this.api<JobDetail>(`jobs/${id}`);
    return until(
      what,
      async () => {
        const job = await ask();
        return fits(job) ? job : null;
      },
      {
        timeoutMs: 60_000,
        seen: async () => ({ job: await ask(), agent: this.agent?.output().slice(-2000) }),
      },
    );
  }

  held(id: number): Promise<JobDetail> {
    return this.until(id, 'a job in the middle of its work', ({ steps }) => steps[1]?.state === 'running');
  }

  log(id: number): Promise<string> {
    return this.fetch('GET', `jobs/${id}/log`);
  }

  async api<T>(route: string, method = 'GET'): Promise<T> {
    return JSON.parse(await this.fetch(method, route)) as T;
  }

  private async fetch(method: string, route: string): Promise<string> {
    const response = await fetch(`${this.url}/api/v1/${route}`, {
      method,
      headers: { 'X-Api-Key': API_KEY },
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return response.text();
  }
}

it('keeps what a killed agent had there for the next attempt, and nothing longer than its job', async () => {
  const scene = await Scene.open();
  scene.startAgent();
  const first = await scene.create('first');
  await scene.held(first);
  const job = `job-${first}`;
  await until('both files', async () => (await scene.scratch()).length === 3);
  expect(await scene.scratch()).toEqual([job, `${job}/partial-held.bin`, `${job}/raw.bin`]);
  await scene.killAgent();

  scene.startAgent();
  await scene.until(first, 'its next attempt', ({ attempt }) => attempt === 2);
  await scene.held(first);
  await scene.go('first');
  await scene.until(first, 'its end', ({ state }) => state === 'completed');
  const log = await scene.log(first);
  expect(log).toContain('goes on after extract, done by an earlier attempt');
  expect(log.match(/step 1\/3 extract$/gm)).toHaveLength(1);
  expect(await readFile(path.join(scene.folder, 'library', 'made', 'first.bin'), 'utf8')).toBe(CONTENT);
  expect(await scene.scratch()).toEqual([]);

  // One that is cancelled, while its agent is there and while it is not.
  const second = await scene.create('second');
  await scene.held(second);
  await scene.api(`jobs/${second}/cancel`, 'POST');
  await until('its files to go', async () => (await scene.scratch()).length === 0, {
    timeoutMs: 60_000,
    seen: () => scene.scratch(),
  });
  const third = await scene.create('third');
  await scene.held(third);
  await scene.killAgent();
  await scene.api(`jobs/${third}/cancel`, 'POST');
  expect((await scene.scratch()).length).toBeGreaterThan(0);
  scene.startAgent();
  await until('its files to go', async () => (await scene.scratch()).length === 0, {
    timeoutMs: 30_000,
    seen: () => scene.scratch(),
  });

  // One that needs more than there is goes on in the work folder, at once and as the same attempt's worth.
  await scene.go('fourth');
  const fourth = await scene.create('fourth', true);
  const ended = await scene.until(fourth, 'its end', ({ state }) => state === 'completed');
  expect(ended.attempts.map(({ outcome }) => outcome)).toEqual(['given_back', 'delivered']);
  expect(ended.deferredSince).toBeNull();
  expect(await scene.log(fourth)).toContain('given back: it needs more room than its scratch folder has');
  expect(await scene.scratch()).toEqual([]);
});
