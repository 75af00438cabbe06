import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConflictException } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StepReport } from '#contracts';
import { LeaseLab } from '../../../test/support/lease-lab.js';
import { JobStepEntity } from './job-step.entity.js';

let folder: string;
let lab: LeaseLab;
let leaseToken: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-reports-'));
  lab = await LeaseLab.open(folder);
});
afterAll(async () => {
  await lab.dataSource.destroy();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await lab.reset();
  await lab.log.remove(1);
  await lab.dataSource.manager.clear(JobStepEntity);
  await lab.dispatch();
  leaseToken = await lab.claim();
});

const running = (index: number, at: number): StepReport => ({
  index,
  name: `s${index}`,
  state: 'running',
  at,
});
const ended = (
  index: number,
  at: number,
  state: 'completed' | 'failed' = 'completed',
  fields?: Record<string, unknown>,
): StepReport => ({
  ...{ index, name: `s${index}`, state, at },
  ...(fields === undefined ? {} : { fields }),
});
const steps = () =>
  lab.dataSource.manager.find(JobStepEntity, { where: { jobId: 1 }, order: { index: 'ASC' } });
const logged = async () => text((await lab.log.read(1)) ?? Readable.from([]));

describe('a report of a job', () => {
  it.each<[string, StepReport[], Partial<JobStepEntity>[]]>([
    ['a step begins', [running(0, 10)], [{ state: 'running', startedAt: 10, endedAt: null, fields: null }]],
    [
      'steps come and go',
      [running(0, 10), ended(0, 12, 'completed', { a: 1 }), running(1, 12)],
      [
        { index: 0, state: 'completed', startedAt: 10, endedAt: 12, fields: { a: 1 } },
        { index: 1, state: 'running', startedAt: 12, endedAt: null, fields: null },
      ],
    ],
    [
      'a step fails and begins again',
      [running(0, 10), ended(0, 12, 'failed'), running(0, 20)],
      [{ index: 0, state: 'running', startedAt: 20, endedAt: null }],
    ],
    ['only its end is told', [ended(0, 12)], [{ state: 'completed', startedAt: 12, endedAt: 12 }]],
  ])('%s', async (_name, reports, expected) => {
    await lab.leases.report(1, leaseToken, { steps: reports, log: '' });
    expect(await steps()).toMatchObject(expected);
    expect((await lab.job()).state).toBe('running');
  });

  it('counts once when it is said twice, and goes on from what was said before', async () => {
    const first = { steps: [running(0, 10)], log: '' };
    await lab.leases.report(1, leaseToken, first);
    await lab.leases.report(1, leaseToken, first);
    await lab.leases.report(1, leaseToken, { steps: [ended(0, 15, 'completed', { b: 2 })], log: '' });
    expect(await steps()).toMatchObject([
      { state: 'completed', startedAt: 10, endedAt: 15, fields: { b: 2 } },
    ]);
  });

  it('brings lines of the log, alone and with steps', async () => {
    await lab.leases.report(1, leaseToken, { steps: [], log: 'one\n' });
    expect(await steps()).toEqual([]);
    await lab.leases.report(1, leaseToken, { steps: [running(0, 1)], log: 'two\n' });
    expect(await logged()).toContain('one\ntwo\n');
  });

  it('takes the last lines of an attempt whose job is over, and no steps', async () => {
    await lab.leases.skip(1, leaseToken, { code: 'x', message: 'y' });
    const late = { steps: [running(3, 1)], log: 'at last\n' };
    await expect(lab.leases.report(1, leaseToken, late)).rejects.toThrow(ConflictException);
    expect(await logged()).toContain('at last\n');
    expect(await steps()).toEqual([]);
  });

  it('takes nothing from who has no lease', async () => {
    const report = { steps: [running(0, 1)], log: 'nonsense\n' };
    await expect(lab.leases.report(1, 'f'.repeat(24), report)).rejects.toThrow(ConflictException);
    await lab.leases.report(1, 'f'.repeat(24), { steps: [], log: 'nonsense\n' });
    expect(await logged()).not.toContain('nonsense');
    expect(await steps()).toEqual([]);
  });
});
