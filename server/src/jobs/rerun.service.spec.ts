import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JOB_STATES, type JobState } from '#contracts';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { JobStepEntity } from './job-step.entity.js';
import { JobEntity } from './job.entity.js';
import { JobLab } from './testing/job-lab.js';

let lab: JobLab;
beforeEach(async () => {
  lab = await JobLab.open();
});
afterEach(() => lab.close());

async function addSteps(jobId: number, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await lab.dataSource.manager.insert(JobStepEntity, {
      ...{ jobId, index, name: `${index}`, attempt: 1, state: 'completed' },
    });
}
const stepsOf = async (jobId: number) =>
  (await lab.dataSource.manager.find(JobStepEntity, { where: { jobId }, order: { index: 'ASC' } })).map(
    ({ index }) => index,
  );

describe('cancel', () => {
  it('ends the attempt too, and no earlier one anew', async () => {
    await lab.add(1, 'running', { attempt: 2 });
    const { manager } = lab.dataSource;
    await manager.insert(JobAttemptEntity, {
      jobId: 1,
      number: 1,
      startedAt: 1,
      endedAt: 2,
      outcome: 'lost',
    });
    await manager.insert(JobAttemptEntity, { jobId: 1, number: 2, startedAt: 3 });
    await lab.jobs.cancel(1);
    const [first, second] = await manager.find(JobAttemptEntity, { order: { number: 'ASC' } });
    expect(first).toMatchObject({ endedAt: 2, outcome: 'lost' });
    expect(second).toMatchObject({ endedAt: (await lab.job(1)).updatedAt, outcome: 'cancelled' });
  });
});

describe('rerun', () => {
  const RUNNABLE: JobState[] = ['in_review', 'completed', 'skipped', 'failed_permanent', 'cancelled'];

  it.each(JOB_STATES.map((state) => [state, RUNNABLE.includes(state)] as const))(
    'of a job that is %s: %s',
    async (state, allowed) => {
      await lab.add(1, state, {
        ...{ approvedAt: 5, reasonCode: 'x', reasonMessage: 'x', deferredSince: 4, attempt: 3 },
      });
      if (!allowed) {
        await expect(lab.reruns.rerun(1, undefined)).rejects.toThrow(
          ['pending', 'queued'].includes(state) ? /waits for its turn already/ : /is at work \(/,
        );
        expect((await lab.job(1)).state).toBe(state);
        return;
      }
      await lab.reruns.rerun(1, undefined);
      expect(await lab.job(1)).toMatchObject({
        ...{ state: 'pending', approvedAt: null, delivery: null, reasonCode: null, deferredSince: null },
        ...{ attempt: 3, maxAttempts: 6, leaseHash: null },
      });
      expect(await lab.file(1)).toMatchObject({ status: 'queued', reasonCode: null });
    },
  );

  it('lets a job that was put off go on at once', async () => {
    await lab.add(1, 'pending', {
      notBefore: Date.now() + 3_600_000,
      deferredSince: 1,
      reasonCode: 'no_space',
    });
    await lab.reruns.rerun(1, 'deliver');
    expect(await lab.job(1)).toMatchObject({ state: 'pending', notBefore: null, deferredSince: null });
  });

  it.each<[string | number | undefined, number[]]>([
    [undefined, []],
    [0, []],
    ['plan', [0, 1]],
    [3, [0, 1, 2]],
    ['encode_video', [0, 1, 2]],
    ['deliver', [0, 1, 2, 3, 4, 5, 6, 7]],
  ])('from step %s keeps what was done before', async (from, kept) => {
    await lab.add(1, 'failed_permanent');
    await addSteps(1, 9);
    await lab.reruns.rerun(1, from);
    expect(await stepsOf(1)).toEqual(kept);
  });

  const DOLBY_VISION = [
    ...['copy_source', 'get_metadata', 'extract_p7', 'convert_p8', 'extract_rpu'],
    ...['reencode_x265', 'inject_rpu', 'remux_final', 'move_final'],
  ];

  it('shows all nine steps of Dolby Vision, those that were not reached as well', async () => {
    await lab.add(1, 'failed_permanent', { pipeline: 'dolby_vision' });
    await addSteps(1, 2);
    const { steps } = await lab.reader.detail(1);
    expect(steps.map(({ index, name }) => [index, name])).toEqual([...DOLBY_VISION.entries()]);
    expect(steps.map(({ state }) => state).slice(0, 3)).toEqual(['completed', 'completed', 'pending']);
  });

  it.each([...DOLBY_VISION.entries()])(
    'from step %d (%s) of Dolby Vision, by number and by name, also one that had failed for good',
    async (index, name) => {
      for (const [id, from] of [
        [1, index],
        [2, name],
      ] as const) {
        await lab.add(id, 'failed_permanent', {
          pipeline: 'dolby_vision',
          attempt: 3,
          reasonCode: 'rpu_count',
        });
        await addSteps(id, 9);
        await lab.reruns.rerun(id, from);
        expect(await stepsOf(id)).toEqual(Array.from({ length: index }, (_, at) => at));
        expect(await lab.job(id)).toMatchObject({ state: 'pending', reasonCode: null, maxAttempts: 6 });
        expect(await lab.file(id)).toMatchObject({ status: 'queued' });
      }
    },
  );

  it.each<[string, string | number, RegExp]>([
    ['dolby_vision', 9, /dolby_vision has no step 9; there are: 0 copy_source, .*8 move_final$/],
    ['dolby_vision', 'mux', /dolby_vision has no step mux; there are: 0 copy_source/],
    ['standard', 'inject_rpu', /: 0 copy_source, 1 get_metadata, 2 reencode_x265, 3 move_final$/],
    ['standard', 4, /standard has no step 4/],
  ])('of %s from step %j says which there are', async (pipeline, from, message) => {
    await lab.add(1, 'failed_permanent', { pipeline });
    await expect(lab.reruns.rerun(1, from)).rejects.toThrow(message);
    expect((await lab.job(1)).state).toBe('failed_permanent');
  });

  it.each(['polish', 9, ''])('from step %j says which there are, and changes nothing', async (from) => {
    await lab.add(1, 'skipped');
    await addSteps(1, 3);
    await expect(lab.reruns.rerun(1, from)).rejects.toThrow(/there are: 0 stage, 1 probe, .*8 deliver/);
    expect([await stepsOf(1), (await lab.job(1)).state]).toEqual([[0, 1, 2], 'skipped']);
  });

  it('queues nothing whose file has gone, and everything whose original is back', async () => {
    await lab.add(1, 'completed');
    const source = path.join(lab.library, 'film-1.mp4');
    const [input] = (await lab.job(1)).inputs;
    await rm(source);
    await expect(lab.reruns.rerun(1, undefined)).rejects.toThrow(/not there.*from the trash first/);
    await writeFile(source, 'another film in its place');
    await expect(lab.reruns.rerun(1, undefined)).rejects.toThrow(/no longer the file/);
    await writeFile(source, 'film 1');
    const seconds = Number(BigInt(input?.mtimeNs ?? 0)) / 1e9;
    await utimes(source, seconds, seconds);
    await expect(lab.reruns.rerun(1, undefined)).rejects.toThrow(/no longer the file/);
    // As the restored original has it, to the nanosecond.
    const status = await stat(source, { bigint: true });
    await lab.dataSource.manager.update(
      JobEntity,
      { id: 1 },
      {
        inputs: [{ name: 'source', path: source, size: 6, mtimeNs: String(status.mtimeNs) }],
      },
    );
    expect((await lab.reruns.rerun(1, undefined)).state).toBe('pending');
  });

  it('gives a file no second job, and none to a file that is in no library', async () => {
    await lab.add(1, 'skipped');
    await lab.add(2, 'running');
    await lab.dataSource.manager.update(JobEntity, { id: 2 }, { fileId: 1 });
    await expect(lab.reruns.rerun(1, undefined)).rejects.toThrow(/job 2 works on film-1\.mp4 already/);
    await lab.dataSource.manager.delete(JobEntity, { id: 2 });
    await lab.dataSource.manager.delete(MediaFileEntity, { id: 1 });
    await expect(lab.reruns.rerun(1, undefined)).rejects.toThrow(/in no library any more/);
  });
});
