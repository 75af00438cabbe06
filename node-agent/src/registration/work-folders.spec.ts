import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ServerClient } from './server-client.js';
import { tidyWorkFolders } from './work-folders.js';

let folder: string;
let scratch: string;
let server: Server;
let asked: number[][];
let status: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-work-'));
  scratch = await mkdtemp(path.join(tmpdir(), 'boilarr-scratch-'));
  asked = [];
  status = 200;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push((JSON.parse(body) as { workJobIds: number[] }).workJobIds.sort());
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keepJobIds: [2] }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (const name of ['job-1', 'job-2', 'job-3', 'tools', 'job-x']) await mkdir(path.join(folder, name));
  for (const name of ['job-1', 'job-2', 'job-4']) await mkdir(path.join(scratch, name));
  await writeFile(path.join(folder, 'job-1', 'output.mkv'), 'x');
});

afterEach(async () => {
  server.close();
  for (const made of [folder, scratch]) await rm(made, { recursive: true, force: true });
});

async function tidy(until: () => boolean): Promise<string[]> {
  const stop = new AbortController();
  const { port } = server.address() as AddressInfo;
  const tidying = tidyWorkFolders({
    client: new ServerClient(`http://127.0.0.1:${port}`, 'token'),
    workFolder: folder,
    scratch: { folder: scratch, tidy: () => Promise.resolve() },
    isActive: (jobId) => jobId === 3,
    signal: stop.signal,
    everyMs: 10,
  });
  while (!until()) await sleep(5);
  stop.abort();
  await tidying;
  return (await readdir(folder)).sort();
}

it('removes the folders of jobs that are over, and no others', async () => {
  expect(await tidy(() => asked.length >= 2)).toEqual(['job-2', 'job-3', 'job-x', 'tools']);
  expect(asked[0]).toEqual([1, 2, 4]);
  expect(await readdir(scratch)).toEqual(['job-2']);
});

it('removes nothing on the word of a server in trouble', async () => {
  status = 503;
  expect(await tidy(() => asked.length >= 2)).toEqual(['job-1', 'job-2', 'job-3', 'job-x', 'tools']);
});
