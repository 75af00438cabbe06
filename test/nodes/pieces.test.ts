import { createHash, randomBytes } from 'node:crypto';
import files, { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  assignment,
  CHUNK_HASH_HEADER,
  LEASE_HEADER,
  TRANSFER_STATUS,
  type Assignment,
  type Library,
} from '../../contracts/src/index.js';
import { ServerClient } from '../../node-agent/src/registration/server-client.js';
import { NodeTransfer } from '../../node-agent/src/transfer/node-transfer.js';
import type { TransferJob } from '../../node-agent/src/transfer/transfer.js';
import { builtModules } from '../support/built.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { COPY } from './copy-pipeline.js';
import { register } from './joined-node.js';

const API_KEY = 'a key that only this test knows';
const CONTENT = randomBytes(1_000_000);
const quiet = { log: () => undefined, warn: () => undefined, error: console.error };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A job that has been claimed by a node which sees neither the library nor the server's work folder. */
async function claimedJob() {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  const workFolder = path.join(folder, 'node');
  for (const name of ['config', 'library', 'node']) await mkdir(path.join(folder, name));
  const { startServer, AppConfig, JobsService, NodesService, PipelineRegistry } = await builtModules();
  const directory = path.join(folder, 'config');
  const values = { directory, port: 0, urlBase: '', apiKey: API_KEY, redisUrl: null, builtInNode: false };
  const server = await startServer({
    config: new AppConfig({ ...values, logLevel: 'warn', retryDelaysMs: [10] }),
    ...{ pipelines: new PipelineRegistry([COPY]), logger: quiet, builtInNode: false },
  });
  onTestFinished(() => server.stop(), 30_000);
  const api = async (method: string, route: string, body: unknown): Promise<void> => {
    const headers = { 'X-Api-Key': API_KEY, 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/api/v1/${route}`, {
      ...{ method, headers, body: JSON.stringify(body) },
    });
    expect(response.status, await response.text()).toBeLessThan(300);
  };
  const { node, token } = await server.application.get(NodesService).prepareBuiltIn();
  await api('PUT', `nodes/${node.id}`, { transfer: 'always', cpuSlots: 1 });
  await api('POST', 'libraries', { path: library, scanIntervalSeconds: 0 } satisfies Partial<Library>);
  const source = path.join(library, 'film.bin');
  await writeFile(source, CONTENT);
  const { size, mtimeNs } = await stat(source, { bigint: true });
  const input = { name: 'source', path: source, size: Number(size), mtimeNs: String(mtimeNs) };
  const { id } = await server.application.get(JobsService).create({
    ...{ pipeline: COPY.name, ending: COPY.ending, title: 'film', params: {}, inputs: [input] },
    publishRoot: library,
  });
  const { settings } = await register(server.url, token);
  const client = new ServerClient(server.url, token);
  const claimed = await until<Assignment>(
    'the claim',
    () => client.post(`jobs/${id}/claim`, { attempt: 1 }, assignment).catch(() => null),
    { timeoutMs: 60_000 },
  );
  /** one more request for the source */
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/v1/agent/jobs/${id}/inputs/source`, {
      headers: { ...headers, authorization: `Bearer ${token}`, [LEASE_HEADER]: claimed.leaseToken },
    });
  const said: string[] = [];
  const waits: boolean[] = [];
  const job: TransferJob = {
    ...{ assignment: claimed, folder: workFolder, signal: new AbortController().signal },
    log: { info: (line) => said.push(line), command: () => undefined, tool: () => undefined },
    progress: () => undefined,
    waiting: (on) => waits.push(on),
  };
  const transfer = (transferLimit: number) =>
    new NodeTransfer({
      ...{ client, workFolder, serverWorkFolder: null, reaches: () => Promise.resolve(false) },
      settings: { ...settings, transferLimit },
      freeBytes: () => Promise.resolve(null),
    });
  return { ask, job, said, source, transfer, waits, workFolder };
}

/** A disk that is full, as far as the system can be asked. */
function fillDisks(): () => void {
  const real = files.statfs;
  const set = (statfs: typeof real) => {
    files.statfs = statfs;
    syncBuiltinESMExports();
  };
  const empty = () => {
    set(real);
  };
  set((async (folder: string) => Object.assign(await real(folder), { bavail: 0 })) as typeof real);
  onTestFinished(empty);
  return empty;
}

it('keeps to its limit, waits for room on the server, and hands out parts of what was claimed alone', async () => {
  const { ask, job, said, source, transfer, waits, workFolder } = await claimedJob();
  const output = path.join(workFolder, 'output.bin');
  await writeFile(output, CONTENT);
  const delivery = {
    outputs: [
      {
        ...{ name: 'output', stagedPath: output, size: CONTENT.length, sha256: sha256(CONTENT) },
        ...{ extension: 'bin', publishAs: 'made/film.bin' },
      },
    ],
    result: {},
  };

  // Half a million bytes a piece: all but the last have to be waited for.
  const slow = transfer(1_000_000);
  const started = performance.now();
  const [input] = await slow.resolve(job);
  expect(performance.now() - started).toBeGreaterThan(450);
  expect(sha256(await readFile(input?.localPath ?? ''))).toBe(sha256(CONTENT));

  const empty = fillDisks();
  const handedOver = slow.handOver(job, delivery);
  await until('word of it', () =>
    said.some((line) => /waits: .* 507 there is no room for outputs/.test(line)),
  );
  // Whatever the server makes of silence, it hears that this one is in order.
  expect(waits.at(-1)).toBe(true);
  empty();
  const { outputs } = await handedOver;
  expect(waits.at(-1)).toBe(false);
  expect(performance.now() - started).toBeGreaterThan(1450);
  expect(sha256(await readFile(outputs[0]?.stagedPath ?? ''))).toBe(sha256(CONTENT));
  expect(sha256(await readFile(output))).toBe(sha256(CONTENT));

  const middle = await ask({ range: 'bytes=1000-300999' });
  const part = new Uint8Array(await middle.arrayBuffer());
  expect(middle.status).toBe(206);
  expect(middle.headers.get('content-range')).toBe(`bytes 1000-300999/${CONTENT.length}`);
  expect(sha256(part)).toBe(sha256(CONTENT.subarray(1000, 301_000)));
  expect(middle.headers.get(CHUNK_HASH_HEADER)).toBe(sha256(part));
  const last = await ask({ range: 'bytes=999990-' });
  expect(last.status).toBe(206);
  expect(Buffer.from(await last.arrayBuffer())).toEqual(CONTENT.subarray(999_990));
  const behind = await ask({ range: `bytes=${CONTENT.length}-` });
  expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${CONTENT.length}`]);
  expect(await behind.text()).toBe('');

  await writeFile(source, CONTENT.subarray(1));
  expect((await ask({ range: 'bytes=1000-1999' })).status).toBe(TRANSFER_STATUS.sourceChanged);
});
