import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Bull from 'bull';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BullQueueRepository } from '../../server/src/dispatch/bull-queue.repository.js';
import { RedisConnection } from '../../server/src/dispatch/redis-connection.js';
import { startRedisProcess, type RedisProcess } from '../../server/src/dispatch/redis-server.js';
import type { SettingsService } from '../../server/src/settings/settings.service.js';
import { freePort } from '../support/free-port.js';

const PASSWORD = 'of-this-test-alone';
const QUEUE = 'node-1-cpu';

let folder: string;
let redis: RedisProcess;
let connection: RedisConnection;
let queues: BullQueueRepository;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-in-hand-'));
  const port = await freePort();
  redis = await startRedisProcess(folder, port, PASSWORD, []);
  connection = new RedisConnection(`redis://:${PASSWORD}@127.0.0.1:${port}`, true);
  queues = new BullQueueRepository(connection, { instance: 'test' } as SettingsService);
});

afterAll(async () => {
  await queues.onApplicationShutdown();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

it('takes back a job whose taker went with the answer, and none that a node is about to claim', async () => {
  const name = queues.fullName(QUEUE);
  await queues.add(QUEUE, { jobId: 1, attempt: 1 }, 1);
  await queues.add(QUEUE, { jobId: 2, attempt: 1 }, 1);
  expect(await queues.inHand(QUEUE)).toEqual(new Set());

  // What Bull's client sends first; its connection ends before it can go on.
  const gone = new Redis({ ...connection.options });
  await gone.brpoplpush(`bull:${name}:wait`, `bull:${name}:active`, 1);
  gone.disconnect();
  const node = new Bull(name, { redis: { ...connection.options } });
  const taken = await node.getNextJob();
  expect(taken?.data).toEqual({ jobId: 2, attempt: 1 });

  const both = new Set(['job-1-1-1', 'job-2-1-1']);
  expect(await queues.inHand(QUEUE)).toEqual(both);
  expect(await queues.ids(QUEUE)).toEqual(both);
  expect(await queues.remove(QUEUE, 'job-1-1-1')).toBe(true);
  expect(await queues.remove(QUEUE, 'job-2-1-1')).toBe(false);
  expect(await queues.ids(QUEUE)).toEqual(new Set(['job-2-1-1']));
  await node.close(true);
});
