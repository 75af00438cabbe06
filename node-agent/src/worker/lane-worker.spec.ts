import { Logger } from '@nestjs/common';
import { afterEach, expect, it, vi } from 'vitest';
import { LaneWorker, type LaneWorkerOptions } from './lane-worker.js';

afterEach(() => {
  vi.restoreAllMocks();
});

it('says once why its queue cannot be read, again for another reason, and when that is over', async () => {
  const said: string[] = [];
  for (const level of ['log', 'warn'] as const)
    vi.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => {
      said.push(`${level}: ${String(line)}`);
    });
  const answers = ['NOPERM', 'NOPERM', 'NOPERM', 'LOADING', 'LOADING', null, null, 'NOPERM'];
  const stop = new AbortController();
  const free = { whenFree: () => Promise.resolve() };
  const worker = new LaneWorker({
    ...{ lane: 'cpu', stop: stop.signal, pauseMs: 1 },
    pools: { forLane: () => ({ places: free }) },
    control: { whenTaking: () => Promise.resolve(), rest: { takesJobs: true } },
    queue: {
      getNextJob: () => {
        const answer = answers.shift();
        if (answer === undefined) stop.abort();
        return answer ? Promise.reject(new Error(answer)) : Promise.resolve(undefined);
      },
    },
  } as unknown as LaneWorkerOptions);
  await worker.run();
  expect(said).toEqual([
    'warn: the queue cannot be read: NOPERM',
    'warn: the queue cannot be read: LOADING',
    'log: the queue can be read again',
    'warn: the queue cannot be read: NOPERM',
  ]);
});
