import { expect, it } from 'vitest';
import type { ServerClient } from '../registration/server-client.js';
import { NodeTransfer } from './node-transfer.js';
import type { TransferJob } from './transfer.js';

it('puts off a job whose source has no room here, and says so while it waits', async () => {
  const waits: boolean[] = [];
  const said: string[] = [];
  const input = { name: 'source', path: '/films/a.mkv', size: 5, mtimeNs: '1' };
  const job: TransferJob = {
    assignment: { jobId: 1, leaseToken: 'a', reach: 'transfer', inputs: [input] },
    ...{ folder: '/nowhere', signal: new AbortController().signal },
    log: { info: (line) => said.push(line), command: () => undefined, tool: () => undefined },
    progress: () => undefined,
    waiting: (on) => waits.push(on),
  };
  const transfer = new NodeTransfer({
    client: {} as ServerClient,
    settings: {
      ...{ pathMappings: [], transfer: 'always', copySources: false, parallelCopies: 1, transferLimit: 0 },
    },
    ...{ workFolder: '/work', serverWorkFolder: null, roomMs: -1 },
    reaches: () => Promise.resolve(false),
    freeBytes: () => Promise.resolve(0),
  });
  const message = 'there is no room for 5 bytes of /films/a.mkv and an output in /work';
  await expect(transfer.resolve(job)).rejects.toMatchObject({
    reason: { code: 'no_space_work', message },
    retryable: true,
  });
  expect(said).toEqual([`${message}; it waits`]);
  expect(waits).toEqual([true, false]);
});
