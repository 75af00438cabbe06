import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { TRANSFER_CHUNK, type JobDetail, type JobInput, type Library } from '../../contracts/src/index.js';
import { builtModules } from '../support/built.js';
import { processesOf } from '../support/processes-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { COPY } from './copy-pipeline.js';
import { PieceProxy, type Direction } from './piece-proxy.js';

const API_KEY = 'a key that only this test knows';
const AGENT = fileURLToPath(new URL('./copy-agent.ts', import.meta.url));
const quiet = { log: () => undefined, warn: () => undefined, error: console.error };

/** A server whose node reaches it through the proxy alone, and sees neither its library nor its work folder. */
class Scene {
  private agent: { kill(signal: 'SIGKILL'): boolean; ended: Promise<unknown> } | null = null;

  private output = '';
  private failure: Error | null = null;

  private constructor(
    readonly folder: string,
    readonly proxy: PieceProxy,
    private readonly serverUrl: string,
    private readonly token: string,
    readonly create: (title: string, inputs: JobInput[]) => Promise<number>,
  ) {}

  static async open(): Promise<Scene> {
    const folder = await temporaryFolder();
    const { startServer, AppConfig, JobsService, NodesService, PipelineRegistry } = await builtModules();
    await mkdir(path.join(folder, 'config'));
    await mkdir(path.join(folder, 'library'));
    const server = await startServer({
      config: new AppConfig({
        ...{
          directory: path.join(folder, 'config'),
          port: 0,
          urlBase: '',
          apiKey: API_KEY,
          logLevel: 'warn',
        },
        ...{ redisUrl: null, builtInNode: false, retryDelaysMs: [10] },
      }),
      ...{ pipelines: new PipelineRegistry([COPY]), logger: quiet, builtInNode: false },
    });
    onTestFinished(() => server.stop(), 30_000);
    const proxy = await PieceProxy.open(server.url);
    onTestFinished(() => {
      proxy.close();
    });
    const { node, token } = await server.application.get(NodesService).prepareBuiltIn();
    const create = async (title: string, inputs: JobInput[]) => {
      const job = { pipeline: COPY.name, ending: COPY.ending, title, params: {}, inputs };
      const publishRoot = path.join(folder, 'library');
      return (await server.application.get(JobsService).create({ ...job, publishRoot })).id;
    };
    const scene = new Scene(folder, proxy, server.url, token, create);
    await scene.api('PUT', `nodes/${node.id}`, { transfer: 'always', cpuSlots: 1 });
    await scene.api<Library>('POST', 'libraries', { path: scene.library, scanIntervalSeconds: 0 });
    onTestFinished(() => scene.killAgent(), 30_000);
    return scene;
  }

  get library(): string {
    return path.join(this.folder, 'library');
  }

  startAgent(): void {
    const args = [this.proxy.url, this.token, path.join(this.folder, 'node')];
    const child = execa(process.execPath, [AGENT, ...args], { reject: false, stdin: 'ignore', all: true });
    child.all.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    const ended = child.then(({ exitCode }) => {
      // Only a signal ends it in time.
      if (exitCode !== undefined) throw new Error(`the agent ended with ${exitCode}: ${this.output}`);
    });
    ended.catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
    });
    this.agent = { kill: (signal) => child.kill(signal), ended };
  }

  async killAgent(): Promise<void> {
    this.agent?.kill('SIGKILL');
    await this.agent?.ended;
    this.agent = null;
  }

  /** Kills the agent in the moment in which so many bytes have passed. */
  async killAgentAt(direction: Direction, bytes: number): Promise<void> {
    const there = new Promise<void>((resolve) => {
      this.proxy.onBytes = (what, passed) => {
        if (what !== direction || passed < bytes) return;
        this.proxy.onBytes = () => undefined;
        this.agent?.kill('SIGKILL');
        resolve();
      };
    });
    await Promise.race([there, this.agent?.ended]);
    await this.killAgent();
  }

  async input(name: string, content: Buffer): Promise<JobInput> {
    const file = path.join(this.library, name);
    await writeFile(file, content);
    const { size, mtimeNs } = await stat(file, { bigint: true });
    return { name: 'source', path: file, size: Number(size), mtimeNs: String(mtimeNs) };
  }

  async api<T>(method: string, route: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.serverUrl}/api/v1/${route}`, {
      method,
      headers: { 'X-Api-Key': API_KEY, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  job(id: number): Promise<JobDetail> {
    return this.api('GET', `jobs/${id}`);
  }

  async log(id: number): Promise<string> {
    const response = await fetch(`${this.serverUrl}/api/v1/jobs/${id}/log`, {
      headers: { 'X-Api-Key': API_KEY },
    });
    return response.text();
  }

  async ends(id: number): Promise<JobDetail> {
    return until(
      'the end of the job',
      async () => {
        if (this.failure !== null) throw this.failure;
        const job = await this.job(id);
        return ['completed', 'skipped', 'failed_permanent'].includes(job.state) && job;
      },
      { timeoutMs: 90_000, seen: async () => [await this.job(id), await this.log(id), this.output] },
    );
  }
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

it(
  'goes on where a killed node was, both ways, and sends a changed byte again',
  { timeout: 180_000 },
  async () => {
    const scene = await Scene.open();
    const { proxy } = scene;
    const content = randomBytes(5 * TRANSFER_CHUNK + 12_345);
    const id = await scene.create('large', [await scene.input('large.bin', content)]);

    scene.startAgent();
    await scene.killAgentAt('down', content.length / 2);
    expect(proxy.passed.down).toBeLessThan(content.length);
    proxy.flipNext('down');
    scene.startAgent();
    await scene.killAgentAt('up', content.length / 2);
    const down = proxy.passed.down;
    expect(proxy.passed.up).toBeLessThan(content.length);
    proxy.flipNext('up');
    scene.startAgent();
    const job = await scene.ends(id);

    expect(job.state).toBe('completed');
    expect(job.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'delivered']);
    expect(hashOf(await readFile(path.join(scene.library, 'made', 'large.bin')))).toBe(hashOf(content));
    // Again come the piece that was begun and the one that was under way when it was killed, and the changed one.
    for (const direction of ['down', 'up'] as const) {
      expect(proxy.passed[direction]).toBeGreaterThanOrEqual(content.length);
      expect(proxy.passed[direction]).toBeLessThanOrEqual(content.length + 3 * TRANSFER_CHUNK + 65_536);
    }
    // What was made is enough to go on with: its source does not come again.
    expect(proxy.passed.down).toBe(down);
    const log = await scene.log(id);
    expect(log).toMatch(/source at byte \d+ arrived damaged; it is sent again/);
    expect(log).toMatch(/the output output at byte \d+ arrived damaged; it is sent again/);
    // Nothing is left of it, and nobody but the server has written into the library.
    expect(
      await readdir(path.join(scene.folder, 'config', 'work')).then((names) =>
        names.filter((name) => name.startsWith('job-')),
      ),
    ).toEqual([]);
    expect(await processesOf(path.join(scene.folder, 'node'))).toHaveLength(1);
  },
);

it('leaves alone a source that changes while it travels', { timeout: 120_000 }, async () => {
  const scene = await Scene.open();
  const input = await scene.input('changing.bin', randomBytes(4 * TRANSFER_CHUNK));
  const id = await scene.create('changing', [input]);
  scene.proxy.onBytes = (what) => {
    if (what !== 'down') return;
    scene.proxy.onBytes = () => undefined;
    void writeFile(input.path, randomBytes(4 * TRANSFER_CHUNK));
  };
  scene.startAgent();
  const job = await scene.ends(id);
  expect(job).toMatchObject({ state: 'skipped', reason: { code: 'source_changed' } });
  expect(await readdir(path.join(scene.folder, 'node'))).not.toContain(`job-${id}`);
});
