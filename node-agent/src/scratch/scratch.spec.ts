import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scratch } from './scratch.js';

let given: string;
let work: string;

beforeEach(async () => {
  given = await mkdtemp(path.join(tmpdir(), 'boilarr-scratch-'));
  work = await mkdtemp(path.join(tmpdir(), 'boilarr-work-'));
});

afterEach(async () => {
  for (const folder of [given, work]) await rm(folder, { recursive: true, force: true });
});

async function write(scratch: Scratch, jobId: number, bytes: number): Promise<void> {
  const folder = scratch.folderOf(jobId);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'file'), '');
  await truncate(path.join(folder, 'file'), bytes);
}

describe('room', () => {
  it.each([
    ['half of what is free', 1000, 500, true],
    ['more than half of it', 1000, 501, false],
    ['nothing of nothing', 0, 0, true],
    ['a byte of nothing', 0, 1, false],
  ])('%s', async (_name, free, bytes, fits) => {
    expect(await new Scratch(given, () => Promise.resolve(free)).reserve(1, bytes)).toBe(fits);
  });

  it('of which nobody knows how much there is, is none', async () => {
    expect(await new Scratch(given, () => Promise.reject(new Error('gone'))).reserve(1, 1)).toBe(false);
  });

  it('that is promised to one job is not promised to another, until it is released', async () => {
    const scratch = new Scratch(given, () => Promise.resolve(1000));
    expect(await scratch.reserve(1, 400)).toBe(true);
    expect(await scratch.reserve(2, 301)).toBe(false);
    expect(await scratch.reserve(2, 300)).toBe(true);
    scratch.release(1);
    expect(await scratch.reserve(3, 350)).toBe(true);
  });

  it('is promised once when two ask at the same time', async () => {
    const scratch = new Scratch(given, () => Promise.resolve(1000));
    const answers = await Promise.all([scratch.reserve(1, 400), scratch.reserve(2, 400)]);
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('counts once what is written already, which is no longer free', async () => {
    let free = 1000;
    const scratch = new Scratch(given, () => Promise.resolve(free));
    expect(await scratch.reserve(1, 400)).toBe(true);
    await write(scratch, 1, 400);
    free = 600;
    expect(await scratch.reserve(1, 400)).toBe(true);
    expect(await scratch.reserve(1, 701)).toBe(false);
    expect(await scratch.reserve(2, 300)).toBe(true);
    expect(await scratch.reserve(3, 151)).toBe(false);
  });

  it('is not for a job that has needed more than there was', async () => {
    const scratch = new Scratch(given, () => Promise.resolve(1000));
    expect(await scratch.reserve(1, 400)).toBe(true);
    scratch.forsake(1);
    expect(await scratch.reserve(1, 1)).toBe(false);
    expect(await scratch.reserve(2, 500)).toBe(true);
  });

  it('is half of what the others leave, whoever asks in whatever order', async () => {
    const ask = fc.record({
      jobId: fc.integer({ min: 1, max: 5 }),
      bytes: fc.nat(1000),
      release: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 12 }), async (asks) => {
        const scratch = new Scratch(given, () => Promise.resolve(1000));
        const held = new Map<number, number>();
        for (const { jobId, bytes, release } of asks) {
          const fits = await scratch.reserve(jobId, bytes);
          const others = [...held].reduce((sum, [id, had]) => (id === jobId ? sum : sum + had), 0);
          expect(fits).toBe(others + 2 * bytes <= 1000);
          if (fits) held.set(jobId, bytes);
          if (release) {
            scratch.release(jobId);
            held.delete(jobId);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

it('is freed of what no job here has been at work on for an hour', async () => {
  const scratch = new Scratch(given, () => Promise.resolve(1000));
  for (const jobId of [1, 2, 3]) await write(scratch, jobId, 1);
  const old = Date.now() / 1000 - 2 * 3600;
  for (const jobId of [1, 2]) await utimes(scratch.folderOf(jobId), old, old);
  await mkdir(path.join(given, 'others'));
  await utimes(path.join(given, 'others'), old, old);
  await scratch.tidy((jobId) => jobId === 2);
  expect((await readdir(given)).sort()).toEqual(['job-2', 'job-3', 'others']);
});

describe("a node's own folder", () => {
  it('is the same at each start, and another one for each work folder', async () => {
    const first = await Scratch.open(given, work);
    expect(path.dirname(first.folder)).toBe(given);
    expect((await Scratch.open(given, work)).folder).toBe(first.folder);
    await rm(path.join(work, 'scratch-id'));
    expect((await Scratch.open(given, work)).folder).not.toBe(first.folder);
  });

  it('is not used when somebody has put a link in its place', async () => {
    await Scratch.open(given, work);
    const name = `boilarr-${(await readFile(path.join(work, 'scratch-id'), 'utf8')).trim()}`;
    await rm(path.join(given, name), { recursive: true });
    await symlink(work, path.join(given, name));
    await expect(Scratch.open(given, work)).rejects.toThrow(/is not a folder of this node's user/);
  });

  it('needs the folder that it was given', async () => {
    await expect(Scratch.open(path.join(given, 'none'), work)).rejects.toThrow(/ENOENT/);
  });

  it.runIf(process.platform === 'linux')('knows how much memory there is', async () => {
    const scratch = await Scratch.open('/dev/shm', work);
    try {
      expect(await scratch.reserve(1, 1)).toBe(true);
      expect(await scratch.reserve(2, process.availableMemory())).toBe(false);
    } finally {
      await rm(scratch.folder, { recursive: true });
    }
  });
});
