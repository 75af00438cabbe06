import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished } from 'vitest';
import {
  type CreatedJoinToken,
  type Job,
  type JobDetail,
  type Library,
  type MediaFile,
  type Page,
} from '../../contracts/src/index.js';
import { STAND_IN } from '../support/dolby-vision.js';
import { freePort } from '../support/free-port.js';
import { processesOf } from '../support/processes-of.js';
import { MAIN, makeConfig } from '../support/program.js';
import { API_KEY, startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { ToolBox, type Watched } from './tool-box.js';

const AGENT = path.join(path.dirname(MAIN), '../../node-agent/src/main.js');
const HELD_AGENT = fileURLToPath(new URL('held-agent.ts', import.meta.url));

export const sha256Of = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** The profile of a lab: what becomes of Profile 7, as quick as it goes. */
export const profileFor = (way: 'convert' | 'reencode', more = ''): string =>
  `dolbyVision:\n  profile7Mel: ${way}\n  profile7Fel: ${way}\n  preset: 13\n  crf: 35\n${more}`;

export interface LabOptions {
  profile: string;
  /** in place of the programs that the node has otherwise; null: it has none */
  tools?: Partial<Record<Watched, string | null>>;
  /** the node's */
  workFolder?: string;
}

/** A server with one library and one node, a process of its own whose tools are watched. */
export class Lab {
  private agent: { pid: number; ended: Promise<unknown>; output: () => string } | null = null;

  private constructor(
    readonly folder: string,
    private readonly server: StartedServer,
    private readonly token: string,
    readonly workFolder: string,
    readonly tools: ToolBox,
  ) {}

  static async open({ profile, tools = {}, workFolder }: LabOptions): Promise<Lab> {
    const folder = await temporaryFolder();
    const box = await ToolBox.open(path.join(folder, 'tools'), {
      ...{ ffmpeg: await which('ffmpeg'), mkvmerge: await which('mkvmerge'), x265: await which('x265') },
      dovi_tool: STAND_IN,
      ...tools,
    });
    const library = path.join(folder, 'library');
    await mkdir(library);
    const server = await startServer(await makeConfig(folder, profile), [], {
      BOILARR_REMOTE_NODES: 'true',
      BOILARR_BUILT_IN_NODE: 'false',
      BOILARR_REDIS_PORT: String(await freePort()),
    });
    const { token } = await server.api<CreatedJoinToken>('POST', 'nodes/join-tokens', {});
    await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
    return new Lab(folder, server, token, workFolder ?? path.join(folder, 'work'), box);
  }

  /** @param heldStep begins and does nothing, so that the agent can be killed in it; see `untilHeld` */
  startAgent(heldStep?: string): void {
    const program =
      heldStep === undefined
        ? [
            AGENT,
            '--server',
            this.server.url,
            '--token',
            this.token,
            '--name',
            'node',
            '--work',
            this.workFolder,
          ]
        : [HELD_AGENT, this.server.url, this.token, this.workFolder, heldStep, this.tools.heldSign];
    const child = execa(process.execPath, program, {
      ...{ reject: false, all: true, stdin: 'ignore', extendEnv: false },
      env: { PATH: this.tools.searchPath, NO_COLOR: '1' },
    });
    let output = '';
    child.all.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await child;
    });
    this.agent = { pid: child.pid ?? 0, ended: child, output: () => output };
  }

  /** Kills the agent as a power cut would, and waits until nothing that it had started is left. */
  async killAgent(): Promise<void> {
    const { agent } = this;
    if (agent === null) throw new Error('there is no agent');
    process.kill(agent.pid, 'SIGKILL');
    await agent.ended;
    await until('the end of its tools', async () => (await processesOf(this.workFolder)).length === 0, {
      timeoutMs: 60_000,
      seen: () => processesOf(this.workFolder),
    });
  }

  readonly seen = async (): Promise<unknown> => ({
    jobs: (await this.jobs()).map(({ state, reason, progress }) => ({ state, reason, progress })),
    agent: this.agent?.output().slice(-1500),
    server: this.server.output().slice(-1500),
  });

  film(name: string): string {
    return path.join(this.folder, 'library', name);
  }

  /** Puts films into the library and has it scanned. @returns the SHA-256 of each */
  async add(films: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
    const hashes = new Map<string, string>();
    for (const [name, source] of Object.entries(films)) {
      await copyFile(source, this.film(name));
      hashes.set(name, await sha256Of(source));
    }
    await this.api('POST', 'libraries/1/scan');
    return hashes;
  }

  api<T>(method: string, route: string, body?: unknown): Promise<T> {
    return this.server.api<T>(method, route, body);
  }

  async jobs(): Promise<Job[]> {
    return (await this.api<Page<Job>>('GET', 'jobs')).records;
  }

  /** Waits until a job fits. */
  async untilJob(what: string, fits: (job: Job) => boolean, timeoutMs = 90_000): Promise<JobDetail> {
    const found = await until(what, async () => (await this.jobs()).find(fits), {
      timeoutMs,
      seen: this.seen,
    });
    return this.api<JobDetail>('GET', `jobs/${found.id}`);
  }

  /** Waits until a file fits. */
  async untilFile(what: string, fits: (file: MediaFile) => boolean): Promise<MediaFile> {
    const files = async () => (await this.api<Page<MediaFile>>('GET', 'files')).records;
    return until(what, async () => (await files()).find(fits), {
      timeoutMs: 60_000,
      seen: async () => ({ files: await files(), rest: await this.seen() }),
    });
  }

  /** Waits until the job is at a step, which a tool or the agent holds up there. */
  async untilHeldIn(step: string): Promise<void> {
    await this.tools.untilHeld(this.seen);
    await this.untilJob(
      `step ${step}`,
      ({ state, progress }) => state === 'running' && progress?.step === step,
    );
  }

  async log(jobId = 1): Promise<string> {
    const response = await fetch(`${this.server.url}/api/v1/jobs/${jobId}/log?apikey=${API_KEY}`);
    return response.text();
  }

  /** The films are there as they were, nothing beside them, and nothing in the trash. */
  async expectUntouched(before: ReadonlyMap<string, string>): Promise<void> {
    const names = (await readdir(path.join(this.folder, 'library'))).filter((name) => !name.startsWith('.'));
    const now = await Promise.all(
      names.map(async (name) => [name, await sha256Of(this.film(name))] as const),
    );
    expect(new Map(now)).toEqual(before);
    expect((await this.api<Page<unknown>>('GET', 'trash')).records).toEqual([]);
  }
}

export async function which(name: string): Promise<string | null> {
  const { stdout, exitCode } = await execa('which', [name], { reject: false });
  return exitCode === 0 ? stdout : null;
}
