import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NODES_SETTINGS_DEFAULTS, type HeartbeatRequest, type JobProgress } from '#contracts';
import { LeaseLab } from '../../../test/support/lease-lab.js';
import { JobAttemptEntity } from './job-attempt.entity.js';

const MINUTE_MS = 60_000;

let folder: string;
let lab: LeaseLab;
let leaseToken: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-stalled-'));
  lab = await LeaseLab.open(folder);
});
afterAll(async () => {
  await lab.dataSource.destroy();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await lab.reset();
  lab.settings.nodes = { ...NODES_SETTINGS_DEFAULTS };
  vi.useFakeTimers({ toFake: ['performance'] });
  await begin();
});
afterEach(() => {
  vi.useRealTimers();
});

async function begin(): Promise<void> {
  await lab.dispatch();
  leaseToken = await lab.claim();
}

function at(percent: number): JobProgress {
  const rates = { fps: null, speed: null, etaSeconds: null, projectedBytes: null };
  return { step: 'encode_video', stepIndex: 3, stepCount: 9, percent, ...rates };
}

const beat = (lease: Partial<HeartbeatRequest['leases'][number]> = {}) =>
  lab.leases.heartbeat(lab.node, { leases: [{ jobId: 1, leaseToken, progress: null, ...lease }] });

/** Time in which the node is heard of, with the same word each time. */
async function pass(minutes: number, lease: Parameters<typeof beat>[0] = {}): Promise<string> {
  for (let minute = 0; minute < minutes; minute += 10) {
    await beat(lease);
    vi.advanceTimersByTime(Math.min(10, minutes - minute) * MINUTE_MS);
    await lab.stalled.takeBack();
  }
  return (await lab.job()).state;
}

const step = (state: 'running' | 'completed') =>
  lab.leases.report(1, leaseToken, {
    steps: [{ index: 0, name: 'stage', state, at: Date.now() }],
    log: '',
  });

describe('a job whose node is there', () => {
  it('is taken from it when nothing has moved for as long as the setting says', async () => {
    await step('running');
    expect(await pass(110, { progress: at(7) })).toBe('running');
    expect(await pass(10, { progress: at(7) })).toBe('pending');
    const [attempt] = await lab.dataSource.manager.find(JobAttemptEntity);
    expect(attempt).toMatchObject({ outcome: 'failed', errorCode: 'stalled_claim' });
    expect(attempt?.errorMessage).toMatch(
      /^nothing has moved for 120 minutes in encode_video, although its node/,
    );
    // The node hears of it, and another attempt may begin after a pause.
    expect(await beat()).toEqual([{ jobId: 1, state: 'pending' }]);
    expect((await lab.job()).notBefore).toBeGreaterThan(Date.now());
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a step begins', () => step('running')],
    ['a step ends', () => step('completed')],
    ['its progress moves', () => beat({ progress: at(8) })],
    ['it says that it waits for its turn', () => beat({ waits: true })],
  ])('begins anew with its patience when %s', async (_name, sign) => {
    await pass(110, { progress: at(7) });
    await sign();
    expect(['claimed', 'running']).toContain(await pass(110));
    expect(await pass(10)).toBe('pending');
  });

  it('is left alone for days while it waits, or where the setting says so', async () => {
    expect(await pass(1000, { waits: true })).toBe('claimed');
    lab.settings.nodes.staleAfterMinutes = 0;
    expect(await pass(1000)).toBe('claimed');
    lab.settings.nodes.staleAfterMinutes = 10;
    expect(await pass(10)).toBe('pending');
  });

  it('gets the whole time after the server has started anew', async () => {
    await pass(110);
    lab.progress.clear(1);
    await lab.stalled.takeBack();
    expect(await pass(110)).toBe('claimed');
    expect(await pass(10)).toBe('pending');
  });

  it('gets the whole time again in its next attempt, and has failed after three of them', async () => {
    for (const state of ['pending', 'pending', 'failed_permanent']) {
      expect(await pass(110)).toBe('claimed');
      expect(await pass(10)).toBe(state);
      await lab.dataSource.query(`UPDATE "job" SET "notBefore" = NULL`);
      if (state === 'pending') await begin();
    }
    expect((await lab.job()).reasonMessage).toMatch(/it failed 3 times/);
  });

  it('is not taken when it is delivered at that moment', async () => {
    await pass(110);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    await Promise.all([
      lab.leases.deliver(1, leaseToken, { outputs: [], result: {} }),
      lab.stalled.takeBack(),
    ]);
    expect((await lab.job()).state).toBe('delivering');
    expect(await lab.dataSource.manager.find(JobAttemptEntity)).toMatchObject([{ outcome: 'delivered' }]);
  });
});
