import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LeaseLab } from '../../../test/support/lease-lab.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { FREE_LOSSES, isFreeLoss } from './retry-policy.js';

let folder: string;
let lab: LeaseLab;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-lost-'));
  lab = await LeaseLab.open(folder);
});
afterAll(async () => {
  await lab.dataSource.destroy();
  await rm(folder, { recursive: true });
});
beforeEach(() => lab.reset());

const times = (count: number, outcome: string) => Array.from({ length: count }, () => outcome);

describe('isFreeLoss', () => {
  it.each<[string, (string | null)[], boolean]>([
    ['the first', ['lost'], true],
    ['the last free one', times(FREE_LOSSES, 'lost'), true],
    ['one too many', times(FREE_LOSSES + 1, 'lost'), false],
    ['many, with one given back among them', [...times(4, 'lost'), 'given_back', ...times(4, 'lost')], false],
    ['the first since the job got further', ['lost', 'failed', ...times(FREE_LOSSES, 'lost')], true],
    ['none: it failed', ['failed', 'lost'], false],
    ['none: it goes on', [null, 'lost'], false],
    ['none: nothing has begun', [], false],
  ])('%s', (_name, outcomes, free) => {
    expect(isFreeLoss(outcomes)).toBe(free);
  });
});

async function begin(): Promise<string> {
  await lab.dispatch();
  return lab.claim();
}
async function lose(): Promise<string> {
  const token = await begin();
  await lab.lostLeases.releaseNode(1, 'the machine was switched off');
  return token;
}
const left = async () => {
  const { maxAttempts, attempt } = await lab.job();
  return maxAttempts - attempt;
};
const failure = { error: { code: 'tool_failed', message: 'no picture' }, retryable: true };

describe('a job whose node vanishes', () => {
  it('loses none of its attempts by it, and fails as often as it may afterwards', async () => {
    for (let count = 0; count < 5; count += 1) await lose();
    expect(await left()).toBe(3);
    for (const state of ['pending', 'pending', 'failed_permanent']) {
      await lab.leases.fail(1, await begin(), failure);
      expect(await lab.job()).toMatchObject({ state });
    }
  });

  it('ends when it takes its node with it each time, with the whole story', async () => {
    const most = FREE_LOSSES + 3;
    for (let count = 1; count < most; count += 1) {
      await lose();
      expect(await lab.job()).toMatchObject({ state: 'pending' });
    }
    await lose();
    expect(await lab.job()).toMatchObject({ state: 'failed_permanent', attempt: most });
    expect((await lab.job()).reasonMessage).toMatch(/it failed 10 times.*switched off/s);
  });

  it('has its attempt counted all the same when the node is heard of again', async () => {
    const token = await lose();
    expect(await left()).toBe(3);
    await lab.leases.deliver(1, token, { outputs: [], result: {} });
    expect(await lab.job()).toMatchObject({ state: 'delivering' });
    expect(await left()).toBe(2);
    const attempts = await lab.dataSource.manager.find(JobAttemptEntity);
    expect(attempts).toMatchObject([{ outcome: 'delivered' }]);
  });

  it('is not taken from a node whose heartbeat comes just before it would be', async () => {
    const leaseToken = await begin();
    await lab.dataSource.query(`UPDATE "job" SET "leaseExpiresAt" = 1`);
    const lease = { jobId: 1, leaseToken, progress: null };
    await Promise.all([lab.leases.heartbeat(lab.node, { leases: [lease] }), lab.lostLeases.expire()]);
    expect(await lab.job()).toMatchObject({ state: 'claimed' });
    await lab.dataSource.query(`UPDATE "job" SET "leaseExpiresAt" = 1`);
    await lab.lostLeases.expire();
    expect(await lab.job()).toMatchObject({ state: 'pending', leaseExpiresAt: null });
  });
});
