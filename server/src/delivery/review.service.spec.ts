import { readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FINAL_JOB_STATES, JOB_STATES } from '#contracts';
import { JobLab } from '../jobs/testing/job-lab.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { mustBeReviewed } from './review-record.js';
import { ReviewStills } from './review-stills.service.js';
import { ReviewService } from './review.service.js';
import { WorkFolders } from './work-folders.service.js';

let lab: JobLab;
let reviews: ReviewService;
beforeEach(async () => {
  lab = await JobLab.open();
  reviews = new ReviewService(lab.writer, lab.jobs, lab.reader, lab.endings, lab.events);
});
afterEach(() => lab.close());

describe('a review', () => {
  it('shows source and output side by side', async () => {
    await lab.add(1, 'in_review');
    expect(await reviews.get(1)).toMatchObject({
      job: { id: 1, state: 'in_review' },
      source: { videoCodec: 'h264', size: 1000 },
      output: { videoCodec: 'av1', size: 400 },
      saving: 600,
      sourcePath: path.join(lab.library, 'film-1.mp4'),
      finalPath: path.join(lab.library, 'film-1.mkv'),
      since: '1970-01-01T00:00:01.000Z',
    });
  });

  it.each(JOB_STATES.filter((state) => state !== 'in_review'))(
    'is not there while a job is %s',
    async (state) => {
      await lab.add(1, state);
      const sentence = new RegExp(`job 1 \\(film-1\\.mp4\\) does not wait for review: it is ${state}`);
      await expect(reviews.get(1)).rejects.toThrow(sentence);
      await expect(reviews.approve(1)).rejects.toThrow(sentence);
      await expect(reviews.reject(1, undefined)).rejects.toThrow(sentence);
      expect(await lab.job(1)).toMatchObject({ state, approvedAt: null });
    },
  );

  it('hands an approved output to the delivery, and tells it', async () => {
    await lab.add(1, 'in_review');
    const told: string[] = [];
    lab.events.on('job', ({ state }) => told.push(state));
    expect((await reviews.approve(1)).state).toBe('delivering');
    expect(told).toEqual(['delivering']);
    const row = await lab.job(1);
    expect(row.approvedAt).toBeGreaterThan(0);
    // Nobody renews it: a time that runs out would take the job back.
    expect(row.leaseExpiresAt).toBeNull();
    expect(await mustBeReviewed(lab.dataSource.manager, row)).toBe(false);
  });

  it.each([
    [undefined, 'the encode was rejected by hand; the original stays as it is'],
    ['too soft', 'the encode was rejected by hand: too soft; the original stays as it is'],
  ])('leaves the file alone when it ends badly (%s)', async (why, message) => {
    await lab.add(1, 'in_review');
    expect((await reviews.reject(1, why)).state).toBe('skipped');
    const remembered = {
      status: 'skipped',
      reasonCode: 'rejected',
      reasonMessage: message,
      profileHash: 'hash',
    };
    expect(await lab.file(1)).toMatchObject(remembered);
  });

  it('of many says of each what became of it, and none keeps the others', async () => {
    await lab.add(1, 'in_review');
    await lab.add(2, 'running');
    await lab.add(3, 'in_review');
    const { results } = await reviews.approveMany([3, 2, 9, 1, 3]);
    expect(results.map(({ id, done, state }) => [id, done, state])).toEqual([
      ...[
        [3, true, 'delivering'],
        [2, false, 'running'],
        [9, false, null],
        [1, true, 'delivering'],
        [3, true, 'delivering'],
      ],
    ]);
    expect(results[2]?.message).toBe('there is no job 9');
    await lab.add(4, 'in_review');
    expect((await reviews.rejectMany([4, 1], 'no')).results.map(({ done }) => done)).toEqual([true, false]);
  });
});

describe('a picture for a review', () => {
  const still = (of: 'source' | 'output') => new ReviewStills(lab.reader, lab.config).still(1, { of, at: 0 });
  const source = () => path.join(lab.library, 'film-1.mp4');
  beforeEach(() => lab.add(1, 'in_review'));

  it.each<[string, 'source' | 'output', () => Promise<unknown>, RegExp]>([
    ['a source that is gone', 'source', () => rm(source()), /film-1\.mp4 is not there/],
    [
      'a source that is another film now',
      'source',
      () => writeFile(source(), 'FILM 1'),
      /no longer the file/,
    ],
    [
      'a source that leads elsewhere',
      'source',
      async () => {
        await rename(source(), `${source()}.real`);
        await symlink(`${source()}.real`, source());
      },
      /no longer the file/,
    ],
    [
      'an output that leads out of the work folder',
      'output',
      async () => {
        const output = path.join(lab.workFolder(1), 'out.mkv');
        await rm(output);
        await symlink(source(), output);
      },
      /no longer where it was delivered/,
    ],
    ['a job that is over', 'source', () => reviews.reject(1, undefined), /does not wait for review/],
  ])('is none of %s', async (_name, of, change, why) => {
    await change();
    await expect(still(of)).rejects.toThrow(why);
  });
});

describe('mustBeReviewed', () => {
  it.each([
    ['a library that asks for it', {}, true],
    ['an approved one', { approvedAt: 1 }, false],
    ['what replaces nothing', { ending: 'publish' as const }, false],
    ['what is of no library', { libraryId: null }, false],
  ])('%s', async (_name, values, expected) => {
    await lab.add(1, 'delivering', values);
    expect(await mustBeReviewed(lab.dataSource.manager, await lab.job(1))).toBe(expected);
  });

  it('a library that does not, but what waits there already goes on waiting', async () => {
    await lab.add(1, 'delivering');
    await lab.add(2, 'in_review');
    await lab.dataSource.manager.update(LibraryEntity, { id: 1 }, { review: false });
    expect(await mustBeReviewed(lab.dataSource.manager, await lab.job(1))).toBe(false);
    expect((await lab.job(2)).state).toBe('in_review');
  });
});

describe('work folders', () => {
  it('go with jobs that were cancelled or left alone, and with no other', async () => {
    let id = 0;
    for (const state of JOB_STATES) await lab.add((id += 1), state);
    await new WorkFolders(lab.dataSource, lab.config, lab.events).sweep();
    const kept = JOB_STATES.map((state, index) => [state, `job-${index + 1}`] as const)
      .filter(([state]) => !['cancelled', 'skipped'].includes(state))
      .map(([, name]) => name);
    expect((await readdir(lab.config.workFolder)).sort()).toEqual(kept.sort());
    expect(kept).toHaveLength(JOB_STATES.length - FINAL_JOB_STATES.length + 2);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['rejected', () => reviews.reject(1, undefined)],
    ['cancelled by hand', () => lab.jobs.cancel(1)],
    [
      'cancelled because its file has changed',
      () =>
        lab.writer.write((manager) =>
          lab.jobs.cancelForFile(manager, 1, { code: 'source_changed', message: '' }),
        ),
    ],
  ])('go soon after a job in review was %s', async (_name, end) => {
    await lab.add(1, 'in_review');
    await lab.add(2, 'in_review');
    const folders = new WorkFolders(lab.dataSource, lab.config, lab.events);
    folders.onApplicationBootstrap();
    try {
      await end();
      await expect.poll(() => readdir(lab.config.workFolder), { timeout: 5000 }).toEqual(['job-2']);
    } finally {
      await folders.onModuleDestroy();
    }
  });
});
