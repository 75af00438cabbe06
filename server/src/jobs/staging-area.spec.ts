import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertStaged } from './staging-area.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-staging-'));
  await mkdir(path.join(folder, 'work', 'job-1'), { recursive: true });
  await mkdir(path.join(folder, 'work', 'job-12'));
  await mkdir(path.join(folder, 'workshop'));
  for (const file of [
    'work/job-1/output.mkv',
    'work/job-12/output.mkv',
    'work/output.mkv',
    'workshop/output.mkv',
    'film.mkv',
  ]) {
    await writeFile(path.join(folder, file), 'x');
  }
  await symlink(path.join(folder, 'film.mkv'), path.join(folder, 'work', 'job-1', 'link.mkv'));
});
afterAll(() => rm(folder, { recursive: true }));

function staged(stagedPath: string): Promise<void> {
  const output = { name: 'output', stagedPath, size: 1, sha256: '0'.repeat(64), extension: 'mkv' };
  return assertStaged({ outputs: [output], result: {} }, path.join(folder, 'work'), 1);
}

describe('assertStaged', () => {
  it('lets a file in a job folder pass', async () => {
    await staged(path.join(folder, 'work/job-1/output.mkv'));
  });

  it.each([
    ['a file elsewhere', 'film.mkv'],
    ["a file beside the jobs' folders", 'work/output.mkv'],
    ['a file of another job', 'work/job-12/output.mkv'],
    ['a way to another job', 'work/job-1/../job-12/output.mkv'],
    ['a way out', 'work/../film.mkv'],
    ['a folder whose name begins alike', 'workshop/output.mkv'],
    ['a link out of it', 'work/job-1/link.mkv'],
    ['a file that is not there', 'work/job-1/missing.mkv'],
    ['the folder itself', 'work/job-1'],
  ])('refuses %s', async (_name, file) => {
    await expect(staged(path.join(folder, file))).rejects.toThrow();
  });

  it('asks for no folder where there are no outputs', async () => {
    await assertStaged({ outputs: [], result: {} }, path.join(folder, 'nowhere'), 7);
  });

  it('refuses a path that is not absolute', async () => {
    await expect(staged('work/job-1/output.mkv')).rejects.toThrow(/staging folder/);
  });
});
