import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import {
  library,
  nodeResource,
  scanStatus,
  type AddLibrary,
  type Library,
  type NodeResource,
  type ScanStatus,
  type UpdateNode,
} from '#contracts';
import { MAIN } from '../support/program.ts';
import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';

const START_MS = 60_000;
/** ms from SIGTERM to SIGKILL */
const STOP_MS = 20_000;
const REQUEST_MS = 30_000;
/** ms between looks at a scan; each costs the server a little of what is measured */
const LOOK_EVERY_MS = 250;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** @param output file for what the program prints */
function launch(output: string, environment: Record<string, string>) {
  return execa(process.execPath, [MAIN], {
    reject: false,
    buffer: false,
    // Its own group: Ctrl-C must not reach it but through us.
    detached: true,
    stdin: 'ignore',
    stdout: { file: output, append: true },
    stderr: { file: output, append: true },
    forceKillAfterDelay: STOP_MS,
    env: environment,
  });
}

/** The built program, started as a user would start it, with a configuration folder of its own. */
export class Boilarr {
  private readonly scene: Scene;
  private readonly child: ReturnType<typeof launch>;
  private readonly api: string;
  private readonly apiKey: string;
  private ended = false;

  private constructor(scene: Scene, child: ReturnType<typeof launch>, port: number, apiKey: string) {
    this.scene = scene;
    this.child = child;
    this.api = `http://127.0.0.1:${port}/api/v1`;
    this.apiKey = apiKey;
    void child.then(() => {
      this.ended = true;
    });
  }

  /**
   * Starts it and waits until its node has registered, so that nothing of the start is left to be measured.
   * @param profile text of the default profile; none: as it is delivered
   * @throws Error with the end of what it printed
   */
  static async start(scene: Scene, configDirectory: string, profile?: string): Promise<Boilarr> {
    await mkdir(path.join(configDirectory, 'profiles'), { recursive: true });
    if (profile !== undefined) {
      await writeFile(path.join(configDirectory, 'profiles', 'av1-default.yaml'), profile);
    }
    const port = await freePort();
    const apiKey = randomBytes(16).toString('hex');
    const outputPath = `${configDirectory}.out`;
    const child = launch(outputPath, {
      BOILARR_CONFIG_DIR: configDirectory,
      BOILARR_PORT: String(port),
      BOILARR_API_KEY: apiKey,
      BOILARR_REDIS_URL: '',
      BOILARR_URL_BASE: '',
    });
    if (child.pid !== undefined) scene.own(child.pid, child);
    const server = new Boilarr(scene, child, port, apiKey);
    try {
      await until('Boilarr and its node', () => server.isReady(), { timeoutMs: START_MS });
    } catch (error) {
      scene.signal.throwIfAborted();
      const printed = (await readFile(outputPath, 'utf8').catch(() => '')).slice(-2000);
      throw new Error(`Boilarr did not start; it printed:\n${printed}`, { cause: error });
    }
    return server;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('Boilarr was not started');
    return this.child.pid;
  }

  private async isReady(): Promise<boolean> {
    this.scene.signal.throwIfAborted();
    if (this.ended) throw new Error('Boilarr has ended');
    return this.node().then(
      (node) => node.state === 'online',
      () => false,
    );
  }

  /**
   * One request of the API, authenticated.
   * @throws Error with what the server answered when that was no success
   */
  async request<T>(answer: z.ZodType<T>, route: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await fetch(`${this.api}/${route}`, {
      method,
      headers: { 'x-api-key': this.apiKey, 'content-type': 'application/json' },
      signal: AbortSignal.any([this.scene.signal, AbortSignal.timeout(REQUEST_MS)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return answer.parse(await response.json());
  }

  async text(route: string): Promise<string> {
    const response = await fetch(`${this.api}/${route}`, {
      headers: { 'x-api-key': this.apiKey },
      signal: AbortSignal.any([this.scene.signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    if (!response.ok) throw new Error(`GET ${route}: ${response.status} ${await response.text()}`);
    return response.text();
  }

  /** The node that the server runs itself. */
  async node(): Promise<NodeResource> {
    const [node] = await this.request(z.array(nodeResource), 'nodes');
    if (node === undefined) throw new Error('the server has no node');
    return node;
  }

  /** Changes the node's settings, and waits until it has heard of it. */
  async changeNode(settings: UpdateNode): Promise<void> {
    const { id } = await this.node();
    await this.request(nodeResource, `nodes/${id}`, 'PUT', settings);
    const changedAt = Date.now();
    await until(
      'a heartbeat of the node',
      async () => Date.parse((await this.node()).lastSeenAt ?? '') > changedAt,
      { timeoutMs: START_MS },
    );
  }

  /** A library of everything in a folder, scanned only when asked. */
  async addLibrary(folder: string): Promise<Library> {
    const request: AddLibrary = { path: folder, minimumAgeSeconds: 0, scanIntervalSeconds: 0 };
    return this.request(library, 'libraries', 'POST', request);
  }

  /**
   * Scans a library.
   * @returns the last status, and ms from the request to the end of the scan
   * @throws Error when the scan does not complete
   */
  async scan(libraryId: number): Promise<{ status: ScanStatus; elapsedMs: number }> {
    const route = `libraries/${libraryId}/scan`;
    const started = Date.now();
    await this.request(scanStatus, route, 'POST');
    for (;;) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.scene.signal });
      const status = await this.request(scanStatus, route);
      if (status.endedAt === null) continue;
      if (status.state !== 'completed') throw new Error(`the scan ${status.state}: ${status.error ?? ''}`);
      return { status, elapsedMs: Date.parse(status.endedAt) - started };
    }
  }

  /** Ends it as a service manager would. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.child;
  }
}
