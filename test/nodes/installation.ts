import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { createdJoinToken, nodeResource, type NodeResource } from '../../contracts/src/index.js';
import { childrenOf } from '../bench/process-table.js';
import { MAIN, makeConfig } from '../support/program.js';
import { until } from '../support/until.js';
import { Network, type Host, type Program } from './hosts.js';

const AGENT = path.join(path.dirname(MAIN), '../../node-agent/src/main.js');
const API_KEY = '0123456789abcdef0123456789abcdef';
const PORT = 2645;

/** A server on the hub and nodes on hosts of their own, each with nothing but an address and a token. */
export class Installation {
  private server: Program | null = null;
  private readonly config: string;

  private constructor(
    readonly folder: string,
    readonly network: Network,
    config: string,
  ) {
    this.config = config;
  }

  /** @throws CannotNetwork */
  static async open(folder: string, profile: string): Promise<Installation> {
    const config = await makeConfig(folder, profile);
    const installation = new Installation(folder, await Network.open(path.join(folder, 'logs')), config);
    await mkdir(installation.library, { recursive: true });
    return installation;
  }

  get library(): string {
    return path.join(this.folder, 'library');
  }

  async startServer(): Promise<void> {
    this.server = this.network.run(
      { name: 'server', namespace: this.network.hub },
      [process.execPath, MAIN],
      {
        BOILARR_CONFIG_DIR: this.config,
        BOILARR_API_KEY: API_KEY,
        BOILARR_REMOTE_NODES: 'true',
        BOILARR_BUILT_IN_NODE: 'false',
      },
    );
    await until(
      'the server to start',
      () =>
        fetch(`http://${this.network.hubAddress}:${PORT}/ping`, { signal: AbortSignal.timeout(2000) }).then(
          (response) => response.ok,
          () => false,
        ),
      { timeoutMs: 60_000, seen: () => this.network.log('server') },
    );
  }

  /** Without warning; its Redis dies with it. */
  async killServer(): Promise<void> {
    this.server?.kill('SIGKILL');
    await this.server?.ended;
  }

  /** Kills the server's own Redis, and with it all that lies in it, its users too. */
  killRedis(): void {
    const children = childrenOf(this.server?.pid ?? 0);
    const redis = children.find(({ command }) => command.includes('redis-server'));
    if (redis === undefined) throw new Error('the server runs no Redis');
    process.kill(redis.pid, 'SIGKILL');
  }

  /** @param mounts shell commands that make this host see another disk than the server does */
  async startNode(host: Host, options: { mounts: string[]; env?: Record<string, string> }): Promise<Program> {
    const { token } = createdJoinToken.parse(await this.api('POST', 'nodes/join-tokens', {}));
    const work = path.join(this.folder, `work-${host.name}`);
    await mkdir(work, { recursive: true });
    return this.network.run(
      host,
      [process.execPath, AGENT],
      {
        BOILARR_SERVER_URL: `http://${host.hub}:${PORT}`,
        BOILARR_NODE_TOKEN: token,
        BOILARR_NODE_NAME: host.name,
        BOILARR_WORK_DIR: work,
        ...options.env,
      },
      options.mounts,
    );
  }

  async nodes(): Promise<NodeResource[]> {
    return nodeResource.array().parse(await this.api('GET', 'nodes'));
  }

  async node(name: string): Promise<NodeResource> {
    const found = (await this.nodes()).find((node) => node.name === name);
    if (found === undefined) throw new Error(`there is no node ${name}`);
    return found;
  }

  async api(method: string, route: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`http://${this.network.hubAddress}:${PORT}/api/v1/${route}`, {
      method,
      headers: { 'X-Api-Key': API_KEY, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Reads the database beside the server. */
  read<T>(sql: string, ...values: (string | number)[]): T[] {
    const database = new Database(path.join(this.config, 'boilarr.db'), {
      ...{ readonly: true, fileMustExist: true, timeout: 10_000 },
    });
    try {
      return database.prepare(sql).all(...values) as T[];
    } finally {
      database.close();
    }
  }

  jobLog(jobId: number): string {
    return path.join(this.config, 'logs', 'jobs', `${jobId}.log`);
  }
}
