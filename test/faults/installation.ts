import { randomBytes } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { execa } from 'execa';
import { createdJoinToken, PROTOCOL_VERSION } from '#contracts';
import type { FaultPoint } from '../../server/src/replace/fault-points.ts';
import { childrenOf } from '../bench/process-table.ts';
import { MAIN, makeConfig } from '../support/program.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

export type Victim = 'server' | 'agent' | 'redis';

/** How the three are run: by the server itself, as most people have it, or each on its own, as with several machines. */
export type Arrangement = 'together' | 'apart';

const AGENT = path.join(path.dirname(MAIN), '../../node-agent/src/main.js');
const START_MS = 60_000;
const API_KEY = '0123456789abcdef0123456789abcdef';

interface Running {
  pid: number;
  /** settles when it has ended */
  ended: Promise<unknown>;
  kill(signal: NodeJS.Signals): boolean;
}

/** Those that run now: whoever ends the run must end them too. */
const running = new Set<Installation>();

/** Ends every process of every installation at once. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map((installation) => installation.end()));
}

/** Server, Redis and agent as processes of their own on one configuration folder, to be killed and started again. */
export class Installation {
  private server: Running | null = null;
  private redis: Running | null = null;
  private agent: Running | null = null;
  private port = 0;
  private redisPort = 0;
  private readonly redisPassword = randomBytes(12).toString('hex');

  /** what the node apart shows at the server */
  readonly nodeToken = randomBytes(32).toString('hex');
  readonly folder: string;
  readonly arrangement: Arrangement;
  private readonly config: string;

  private constructor(folder: string, arrangement: Arrangement, config: string) {
    this.folder = folder;
    this.arrangement = arrangement;
    this.config = config;
  }

  static async create(folder: string, arrangement: Arrangement): Promise<Installation> {
    await mkdir(path.join(folder, 'library'), { recursive: true });
    const installation = new Installation(folder, arrangement, await makeConfig(folder));
    running.add(installation);
    installation.port = await freePort();
    installation.redisPort = await freePort();
    if (arrangement === 'apart') await installation.prepareApart();
    return installation;
  }

  get library(): string {
    return path.join(this.folder, 'library');
  }
  get work(): string {
    return path.join(this.config, 'work');
  }
  get database(): string {
    return path.join(this.config, 'boilarr.db');
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get log(): string {
    return path.join(this.folder, 'output.log');
  }

  /** Starts what does not run. @param fault where the server kills itself; `null`: it lives */
  async start(fault: { point: FaultPoint; pass: number } | null = null): Promise<void> {
    this.reviveOthers();
    await this.startServer(fault);
  }

  /** Starts the server alone; those apart from it stay as they are. */
  async startAlone(): Promise<void> {
    await this.startServer(null);
  }

  /** @returns null when it does not run; a server that runs Redis and agent itself is asked with its own */
  pidOf(victim: Victim): number | null {
    return this[victim]?.pid ?? null;
  }

  /** Whether the server has ended, killed or not. */
  get serverGone(): boolean {
    return this.server === null;
  }

  /** Resolves when the server has ended; false when it has not by then. */
  async serverEnds(timeoutMs: number): Promise<boolean> {
    const { server } = this;
    if (server === null) return true;
    const timer = new AbortController();
    const waited = new Promise<false>((resolve) => {
      const timeout = setTimeout(() => {
        resolve(false);
      }, timeoutMs);
      timer.signal.addEventListener('abort', () => {
        clearTimeout(timeout);
      });
    });
    const ended = await Promise.race([server.ended.then(() => true), waited]);
    timer.abort();
    return ended;
  }

  /** Kills one of the three without warning, and waits until it is gone. */
  async kill(victim: Victim): Promise<boolean> {
    if (victim === 'server' || this.arrangement === 'apart') {
      const process_ = this[victim];
      if (process_ === null) return false;
      process_.kill('SIGKILL');
      await process_.ended;
      return true;
    }
    const { server } = this;
    if (server === null) return false;
    const wanted = victim === 'agent' ? 'node-agent/src/main.js' : 'redis-server';
    const child = childrenOf(server.pid).find(({ command }) => command.includes(wanted));
    if (child === undefined) return false;
    process.kill(child.pid, 'SIGKILL');
    return true;
  }

  /** Waits until a node has registered since the server's start: it tidies up before it works. */
  async agentJoined(): Promise<void> {
    await until(
      'a node to join',
      async () =>
        (await this.api<{ state: string }[]>('GET', 'nodes')).some(({ state }) => state === 'online'),
      { timeoutMs: START_MS },
    );
  }

  /** Empties Redis, as somebody's clean-up script would. */
  async emptyRedis(): Promise<boolean> {
    if (this.arrangement === 'together' || this.redis === null) return false;
    await execa('redis-cli', ['-p', String(this.redisPort), '--no-auth-warning', 'FLUSHALL'], {
      env: { REDISCLI_AUTH: this.redisPassword },
      reject: false,
    });
    return true;
  }

  /** Starts Redis and agent again where they were killed; a server that runs them itself does that itself. */
  reviveOthers(): void {
    if (this.arrangement === 'together') return;
    this.redis ??= this.startRedis();
    this.agent ??= this.startAgent();
  }

  /** Ends it as a service manager would. @returns ms until the server had ended */
  async stop(): Promise<number> {
    const started = performance.now();
    for (const part of ['server', 'agent', 'redis'] as const) {
      const running = this[part];
      if (running === null) continue;
      running.kill('SIGTERM');
      await running.ended;
    }
    return performance.now() - started;
  }

  /** Leaves nothing running, however it went. */
  async end(): Promise<void> {
    running.delete(this);
    for (const part of ['server', 'agent', 'redis'] as const) await this.kill(part);
  }

  async api<T>(method: string, route: string, body?: unknown): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/${route}`, {
      method,
      headers: { 'X-Api-Key': API_KEY, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Reads the database beside the server; nothing is written. */
  read<T>(sql: string, ...values: (string | number)[]): T[] {
    const database = new Database(this.database, { readonly: true, fileMustExist: true, timeout: 10_000 });
    try {
      return database.prepare(sql).all(...values) as T[];
    } finally {
      database.close();
    }
  }

  private run(part: Victim, file: string, args: string[], env: Record<string, string>, input = ''): Running {
    const child = execa(file, args, {
      ...{ reject: false, all: true, buffer: false, input, detached: true },
      // Programs start often here, and mostly wait for their own code to be compiled.
      env: { ...env, NODE_COMPILE_CACHE: path.join(this.folder, 'compiled') },
    });
    child.all.setEncoding('utf8').on('data', (text: string) => {
      void appendFile(this.log, text.replaceAll(/^/gm, `${part}: `)).catch(() => undefined);
    });
    const started: Running = {
      pid: child.pid ?? 0,
      ended: child.then(() => {
        if (this[part] === started) this[part] = null;
      }),
      kill: (signal) => child.kill(signal),
    };
    return started;
  }

  private startRedis(): Running {
    const lines = [
      'bind 127.0.0.1',
      `port ${this.redisPort}`,
      `requirepass ${this.redisPassword}`,
      'save ""',
      '',
    ];
    return this.run('redis', 'redis-server', ['-'], {}, lines.join('\n'));
  }

  private startAgent(): Running {
    return this.run('agent', process.execPath, [AGENT], {
      BOILARR_SERVER_URL: `http://127.0.0.1:${this.port}`,
      BOILARR_NODE_TOKEN: this.nodeToken,
      BOILARR_NODE_NAME: 'apart',
      BOILARR_WORK_DIR: this.work,
    });
  }

  private async startServer(fault: { point: FaultPoint; pass: number } | null): Promise<void> {
    if (this.server !== null) throw new Error('the server runs already');
    const apart = this.arrangement === 'apart';
    const server = this.run('server', process.execPath, [MAIN], {
      BOILARR_CONFIG_DIR: this.config,
      BOILARR_PORT: String(this.port),
      BOILARR_API_KEY: API_KEY,
      ...(apart
        ? {
            BOILARR_REDIS_URL: `redis://:${this.redisPassword}@127.0.0.1:${this.redisPort}`,
            BOILARR_BUILT_IN_NODE: 'false',
            BOILARR_REMOTE_NODES: 'true',
          }
        : {}),
      ...(fault === null ? {} : { BOILARR_FAULT_POINT: `${fault.point}:${fault.pass}` }),
    });
    this.server = server;
    // A fault in recovery ends it before it has begun to listen.
    await until(
      'the server to start',
      async () => {
        if (this.server !== server) return true;
        return fetch(`http://127.0.0.1:${this.port}/ping`).then(
          (response) => response.ok,
          () => false,
        );
      },
      { timeoutMs: START_MS, seen: () => this.log },
    );
    if (this.server !== server && fault === null)
      throw new Error(`the server ended at its start; see ${this.log}`);
  }

  /** The node apart joins by its own token, as its program would after it was given a join token. */
  private async prepareApart(): Promise<void> {
    this.redis = this.startRedis();
    await this.startServer(null);
    const { token } = createdJoinToken.parse(await this.api('POST', 'nodes/join-tokens', {}));
    const response = await fetch(`${this.url}/api/v1/agent/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        ...{ protocol: PROTOCOL_VERSION, version: '0', name: 'apart', nodeToken: this.nodeToken },
      }),
    });
    if (!response.ok) throw new Error(`the node apart may not join: ${await response.text()}`);
    this.server?.kill('SIGTERM');
    await this.serverEnds(START_MS);
  }
}
