import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FINAL_JOB_STATES, isFinal, type DeliverRequest, type JobState } from '#contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeaseLab } from '../../../test/support/lease-lab.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { transition } from './job-transition.js';
import type { JobEntity } from './job.entity.js';

const DELIVERY: DeliverRequest = { outputs: [], result: {} };
const CODES = [
  'tool_failed',
  'profile_error',
  'bad_parameters',
  'no_space_work',
  'no_space',
  'of_a_newer_agent',
];

/** One thing that happens to a job; `token` counts from the newest lease backwards. */
type Event =
  | {
      kind:
        'dispatch' | 'unqueue' | 'claim' | 'claim put off' | 'expire' | 'node restart' | 'cancel' | 'rerun';
    }
  | { kind: 'take over' | 'server completes' | 'server defers' | 'server skips' }
  | { kind: 'step' | 'heartbeat' | 'deliver' | 'skip' | 'give back'; token: number }
  | { kind: 'fail'; token: number; code: string; retryable: boolean }
  | { kind: 'server fails'; code: string };

/** Newest tokens mostly: an old one is refused whatever it says. */
const token = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
);
const code = fc.constantFrom(...CODES);
/** The ordinary way most of the time: histories in which all is refused tell little. */
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('dispatch', 'claim') }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('step', 'deliver'), token }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('take over', 'rerun') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail'), token, code, retryable: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('unqueue', 'claim put off', 'expire', 'node restart') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('heartbeat', 'skip', 'give back'), token }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('server completes', 'server defers', 'server skips', 'cancel'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('server fails'), code }) },
);

/** Each state at least once, however the dice fall. */
const EXAMPLES: [Event[]][] = [
  [
    [
      { kind: 'dispatch' },
      { kind: 'claim' },
      { kind: 'step', token: 0 },
      { kind: 'deliver', token: 0 },
      { kind: 'take over' },
      { kind: 'server completes' },
    ],
  ],
  [
    [
      { kind: 'dispatch' },
      { kind: 'claim' },
      { kind: 'fail', token: 0, code: 'bad_parameters', retryable: true },
      { kind: 'rerun' },
      { kind: 'dispatch' },
      { kind: 'claim' },
      { kind: 'skip', token: 0 },
      { kind: 'rerun' },
      { kind: 'cancel' },
    ],
  ],
];

let folder: string;
let lab: LeaseLab;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-lease-'));
  lab = await LeaseLab.open(folder);
});
afterAll(async () => {
  await lab.dataSource.destroy();
  await rm(folder, { recursive: true });
});

/** @returns false when the event was refused, or had nothing to do */
async function happen(event: Event, tokens: readonly string[]): Promise<boolean | string> {
  const { leases, lostLeases, writer, endings } = lab;
  const why = { code: 'x', message: 'said so' };
  const old = 'token' in event ? (tokens.at(-1 - event.token) ?? 'never granted') : '';
  switch (event.kind) {
    case 'dispatch':
      return lab.dispatch();
    case 'unqueue':
      return lab.move(['queued'], () => writer.write((m) => transition(m, 1, 'pending', { nodeId: null })));
    case 'claim':
      return lab.claim();
    case 'claim put off':
      lab.verdict = { kind: 'defer', reason: { code: 'library_missing', message: 'not mounted' } };
      return lab.claim().finally(() => {
        lab.verdict = null;
      });
    case 'expire':
      return lab.move(['claimed', 'running', 'delivering'], async () => {
        await lab.dataSource.query(
          `UPDATE "job" SET "leaseExpiresAt" = 1 WHERE "leaseExpiresAt" IS NOT NULL`,
        );
        await lostLeases.expire();
      });
    case 'node restart':
      return lab.move(['claimed', 'running'], () => lostLeases.releaseNode(1, 'it has started anew'));
    case 'cancel':
      return lab.jobs.cancel(1).then(() => true);
    case 'rerun':
      return lab.reruns.rerun(1, undefined).then(() => true);
    case 'take over':
      return lab.move(['delivering'], () => writer.write((m) => transition(m, 1, 'replacing')));
    case 'server completes':
      return lab.move(['replacing'], () => writer.write((m) => transition(m, 1, 'completed')));
    case 'server defers':
      return lab.move(['replacing'], () =>
        writer.write((m) => endings.defer(m, 1, { code: 'no_space', message: 'full' })),
      );
    case 'server skips':
      return lab.move(['replacing'], () => writer.write((m) => endings.endSkipped(m, 1, why)));
    case 'server fails':
      return lab.move(['replacing'], () =>
        writer.write((m) => endings.endFailed(m, 1, { ...why, code: event.code }, true)),
      );
    case 'step':
      return leases
        .report(1, old, { steps: [{ index: 0, name: 'stage', state: 'running', at: 1 }], log: '' })
        .then(() => true);
    case 'heartbeat': {
      const leased = [{ jobId: 1, leaseToken: old, progress: null }];
      return (await leases.heartbeat(lab.node, { leases: leased })).length === 0;
    }
    case 'deliver':
      return leases.deliver(1, old, DELIVERY).then(() => true);
    case 'skip':
      return leases.skip(1, old, why).then(() => true);
    case 'give back':
      return leases.giveBack(1, old).then(() => true);
    case 'fail':
      return leases
        .fail(1, old, { error: { ...why, code: event.code }, retryable: event.retryable })
        .then(() => true);
  }
}

interface Seen {
  job: JobEntity;
  attempts: JobAttemptEntity[];
}
async function look(): Promise<Seen> {
  const attempts = await lab.dataSource.manager.find(JobAttemptEntity, { order: { number: 'ASC' } });
  return { job: await lab.job(), attempts };
}

/** What holds at any moment, whatever has happened. */
async function checkAlways({ job, attempts }: Seen, granted: number): Promise<void> {
  const working = job.state === 'claimed' || job.state === 'running';
  expect(attempts.map(({ number }) => number)).toEqual(Array.from({ length: granted }, (_, n) => n + 1));
  expect(job.attempt).toBe(granted);
  expect(job.attempt).toBeLessThanOrEqual(job.maxAttempts);
  // The last one runs while the job does, and no other ever.
  expect(attempts.filter(({ endedAt }) => endedAt === null).length).toBe(working ? 1 : 0);
  expect(job.leaseExpiresAt !== null).toBe(working);
  if (job.state === 'pending') expect(job.nodeId).toBeNull();
  if (job.state === 'queued' || working) expect(job.nodeId).toBe(1);
  expect(job.state).not.toBe('failed');
  if (isFinal(job.state)) expect([job.notBefore, job.deferredSince]).toEqual([null, null]);
  const file = await lab.dataSource.manager.findOneByOrFail(MediaFileEntity, { id: 1 });
  const expected = { failed_permanent: 'failed', skipped: 'skipped', cancelled: 'skipped' } as const;
  if (job.state in expected) expect(file.status).toBe(expected[job.state as keyof typeof expected]);
  else if (job.state !== 'completed') expect(file.status).toBe('queued');
}

function checkChange(event: Event, before: Seen, after: Seen, done: boolean | string): void {
  if (isFinal(before.job.state) && event.kind !== 'rerun') expect(after.job.state).toBe(before.job.state);
  // Whoever had a lease before the newest one is refused, and changes nothing.
  if ('token' in event && event.token > 0) {
    expect(done).toBe(false);
    expect(after).toEqual(before);
  }
  if (event.kind === 'claim') expect(done !== false).toBe(before.job.state === 'queued');
  // What was finished late, and nobody else has begun, is taken.
  const { state, leaseHash } = before.job;
  const late = ['running', 'pending', 'queued'].includes(state) && leaseHash !== null;
  // Once it has delivered, a node has no say any more.
  if ('token' in event && ['delivering', 'replacing'].includes(state) && event.kind !== 'heartbeat')
    expect(after).toEqual(before);
  if (event.kind === 'deliver' && event.token === 0 && late) expect(after.job.state).toBe('delivering');
  // What has been delivered is never taken away from the server by a clock or a node.
  if (
    ['delivering', 'replacing'].includes(state) &&
    ['expire', 'node restart', 'heartbeat'].includes(event.kind)
  )
    expect(after.job.state).toBe(state);
  if (event.kind !== 'rerun') expect(after.job.maxAttempts - after.job.attempt).toBeLessThanOrEqual(3);
}

/** From any state that is not an end, work that is lost each time leads to one as well: the job is not kept for ever. */
async function completes(): Promise<void> {
  for (let turn = 0; turn < 45; turn += 1) {
    const { state } = await lab.job();
    if (isFinal(state)) return;
    if (state === 'pending') await lab.dispatch();
    else if (state === 'queued') await lab.claim();
    else if (state === 'claimed' || state === 'running') await lab.lostLeases.releaseNode(1, 'gone');
    else if (state === 'delivering') await lab.writer.write((m) => transition(m, 1, 'replacing'));
    else await lab.writer.write((m) => transition(m, 1, 'completed'));
  }
}

describe('the life of a job', () => {
  it('keeps its promises, whatever happens in whatever order', { timeout: 60_000 }, async () => {
    const reached = new Set<JobState>();
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 40, size: 'max' }), async (history) => {
        await lab.reset();
        const tokens: string[] = [];
        let before = await look();
        for (const event of history) {
          const done = await happen(event, tokens).catch((error: unknown) => {
            // Refusals are exceptions with a status or of the state machine; anything else is a bug.
            if (error instanceof TypeError) throw error;
            return false;
          });
          if (typeof done === 'string') tokens.push(done);
          const after = await look();
          await checkAlways(after, tokens.length);
          checkChange(event, before, after, done);
          reached.add(after.job.state);
          before = after;
        }
        await completes();
        const { state } = await lab.job();
        expect(FINAL_JOB_STATES).toContain(state);
        reached.add(state);
      }),
      { numRuns: 25, examples: EXAMPLES },
    );
    // Histories that never get anywhere would keep any promise.
    const all: JobState[] = ['pending', 'queued', 'claimed', 'running', 'delivering', 'replacing'];
    expect([...reached].sort()).toEqual([...all, ...FINAL_JOB_STATES].sort());
  });
});
