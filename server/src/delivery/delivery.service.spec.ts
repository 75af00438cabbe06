import { readdir } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobState, Reason } from '#contracts';
import { services } from '../../../test/support/replace-lab.js';
import { JobLogStore } from '../jobs/job-log.store.js';
import { transition } from '../jobs/job-transition.js';
import type { JobEntity } from '../jobs/job.entity.js';
import { JobLab } from '../jobs/testing/job-lab.js';
import type { ReplaceOutcome } from '../replace/replace.service.js';
import { DeliveryService } from './delivery.service.js';
import { ReplacementService, type Examined } from './replacement.service.js';
import { ReviewService } from './review.service.js';

/** What a look at the files finds is another's subject: here it takes as long, and finds what, a case says. */
class Scripted extends ReplacementService {
  looks = 0;
  replaced: JobEntity[] = [];
  /** what happens while the files are being read */
  meanwhile: () => Promise<unknown> = () => Promise.resolve();
  finds: () => Examined = () => ACCEPTABLE;

  override async examine(): Promise<Examined> {
    this.looks += 1;
    await this.meanwhile();
    return this.finds();
  }

  override async replace(job: JobEntity): Promise<ReplaceOutcome> {
    this.replaced.push(job);
    await lab.writer.write((manager) => transition(manager, job.id, 'completed'));
    return { kind: 'replaced', finalPath: 'film-1.mkv', warnings: [] };
  }
}

const FACTS = { container: 'matroska', audioCodecs: [], bitRate: null, durationSeconds: 2 };
const ACCEPTABLE: Examined = {
  kind: 'acceptable',
  source: { ...FACTS, videoCodec: 'h264', size: 6 },
  output: { ...FACTS, videoCodec: 'av1', size: 3 },
  finalPath: 'film-1.mkv',
};
const WHY: Reason = { code: 'no_space', message: 'the disk is full' };
const BAD: Reason = { code: 'streams_missing', message: 'a subtitle is missing' };
const GONE: Reason = { code: 'output_missing', message: 'the output is gone' };
const outcomes: Record<string, () => Examined> = {
  acceptable: () => ACCEPTABLE,
  bad: () => ({ kind: 'rejected', reason: BAD, retryable: false }),
  'gone, and worth another attempt': () => ({ kind: 'rejected', reason: GONE, retryable: true }),
  'to be put off': () => ({ kind: 'deferred', reason: WHY }),
  'not to be read': () => {
    throw new Error('the disk hums');
  },
  'not to be read on a full disk': () => {
    throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
  },
};

let lab: JobLab;
let files: Scripted;
let delivery: DeliveryService;
let reviews: ReviewService;
beforeEach(async () => {
  Logger.overrideLogger(false);
  lab = await JobLab.open();
  const log = new JobLogStore(lab.config);
  await log.onModuleInit();
  const parts = services(lab.dataSource);
  files = new Scripted(lab.dataSource, parts.replace);
  delivery = new DeliveryService(
    lab.dataSource,
    lab.writer,
    lab.jobs,
    lab.endings,
    log,
    files,
    parts.publish,
    parts.recovery,
    lab.events,
  );
  reviews = new ReviewService(lab.writer, lab.jobs, lab.reader, lab.endings, lab.events);
});
afterEach(async () => {
  await delivery.onModuleDestroy();
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

/** Has the delivery take up what stands at `delivering`, until it has nothing left to do. */
async function run(): Promise<void> {
  await delivery.onApplicationBootstrap();
  await delivery.whenIdle();
}
const output = () => readdir(lab.workFolder(1)).catch(() => []);

describe('a delivery of a library with review', () => {
  it('waits, with what a person needs to see, and without a lease that could run out', async () => {
    await lab.add(1, 'delivering', { leaseExpiresAt: 1, reasonCode: 'lease_lost', reasonMessage: 'x' });
    await run();
    expect(await lab.job(1)).toMatchObject({ state: 'in_review', leaseExpiresAt: null, reasonCode: null });
    expect(await reviews.get(1)).toMatchObject({ saving: 3, finalPath: 'film-1.mkv' });
    expect(await output()).toEqual(['out.mkv']);
    expect(files.replaced).toEqual([]);
  });

  it('goes on when it is approved in the very moment in which it is told', async () => {
    await lab.add(1, 'delivering');
    const approvals: Promise<unknown>[] = [];
    lab.events.on('job', ({ state }) => {
      if (state === 'in_review') approvals.push(reviews.approve(1));
    });
    await run();
    await Promise.all(approvals);
    await delivery.whenIdle();
    expect(approvals).toHaveLength(1);
    expect(files).toMatchObject({ looks: 1, replaced: [{ id: 1, state: 'replacing' }] });
    expect((await lab.job(1)).state).toBe('completed');
  });

  it('is looked at once, however often it is told', async () => {
    await lab.add(1, 'delivering');
    files.meanwhile = () => lab.jobs.announce(1);
    await run();
    expect(files.looks).toBe(1);
    expect((await lab.job(1)).state).toBe('in_review');
  });

  it.each<[keyof typeof outcomes, JobState, string, kept: boolean]>([
    ['bad', 'skipped', 'streams_missing', false],
    ['gone, and worth another attempt', 'pending', 'output_missing', false],
    ['to be put off', 'pending', 'no_space', true],
    ['not to be read', 'pending', 'replace_failed', true],
    ['not to be read on a full disk', 'pending', 'no_space', true],
  ])('that is %s ends as %s', async (what, state, reasonCode, kept) => {
    await lab.add(1, 'delivering');
    files.finds = outcomes[what]!;
    await run();
    expect(await lab.job(1)).toMatchObject({ state, reasonCode });
    expect(await output()).toEqual(kept ? ['out.mkv'] : []);
    expect((await lab.file(1)).status).toBe(state === 'skipped' ? 'skipped' : 'queued');
  });

  it('put off, uses up no attempt', async () => {
    await lab.add(1, 'delivering', { attempt: 3, maxAttempts: 3 });
    files.finds = outcomes['to be put off']!;
    const before = Date.now();
    await run();
    const job = await lab.job(1);
    expect(job.maxAttempts).toBe(4);
    expect(job.deferredSince).toBeGreaterThanOrEqual(before);
    expect(job.notBefore).toBeGreaterThanOrEqual(before + 5 * 60_000);
  });
});

describe.each(Object.keys(outcomes))('cancelled while it is looked at, and found %s', (what) => {
  beforeEach(async () => {
    await lab.add(1, 'delivering');
    files.finds = outcomes[what]!;
  });

  it('stays cancelled', async () => {
    files.meanwhile = () => lab.jobs.cancel(1);
    await run();
    expect(await lab.job(1)).toMatchObject({ state: 'cancelled', reasonCode: 'cancelled', maxAttempts: 3 });
    expect(await lab.file(1)).toMatchObject({ status: 'skipped', reasonCode: 'cancelled' });
  });

  it('and run again, begins anew as if nobody had looked', async () => {
    files.meanwhile = async () => {
      await lab.jobs.cancel(1);
      await lab.reruns.rerun(1, undefined);
    };
    await run();
    expect(await lab.job(1)).toMatchObject({ state: 'pending', reasonCode: null, notBefore: null });
    expect((await lab.file(1)).status).toBe('queued');
    expect(await output()).toEqual(['out.mkv']);
  });
});
