import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Scratch } from '../scratch/scratch.js';
import { JobFolder } from './job-folder.js';

let work: string;
let quick: string;
let scratch: Scratch;
let said: string[];
const log = { info: (message: string) => said.push(message) };

beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'boilarr-work-'));
  quick = await mkdtemp(path.join(tmpdir(), 'boilarr-scratch-'));
  scratch = new Scratch(quick, () => Promise.resolve(1000));
  said = [];
});

afterEach(async () => {
  for (const folder of [work, quick]) await rm(folder, { recursive: true, force: true });
});

function attempt(token: string, given: Scratch | null = scratch): JobFolder {
  return new JobFolder({ jobId: 7, token, workFolder: work, scratch: given });
}

const content = (text: string) => (partial: string) => writeFile(partial, text);

it('keeps each file where it was asked to, for the next attempt as well', async () => {
  const first = attempt('a');
  await first.open();
  const quickly = await first.scratch(100, log);
  expect(quickly).toBe(path.join(quick, 'job-7'));
  expect(await first.produce('rpu.bin', content('x'), quickly)).toBe(path.join(quick, 'job-7', 'a-rpu.bin'));
  expect(await first.produce('out.mkv', content('x'))).toBe(path.join(work, 'job-7', 'a-out.mkv'));
  first.release();
  const next = attempt('b');
  await next.open();
  expect(await readdir(path.join(quick, 'job-7'))).toEqual(['a-rpu.bin']);
  expect(await readdir(path.join(work, 'job-7'))).toEqual(['a-out.mkv']);
  await next.removeScratch();
  expect(await readdir(quick)).toEqual([]);
  await next.remove();
  expect(await readdir(work)).toEqual([]);
});

it('clears away what a killed attempt had not finished, and leaves a copy of the source that may go on', async () => {
  await mkdir(path.join(work, 'job-7'));
  await mkdir(path.join(quick, 'job-7'));
  await writeFile(path.join(quick, 'job-7', 'partial-a-rpu.bin'), 'x');
  await writeFile(path.join(work, 'job-7', 'partial-a-out.mkv'), 'x');
  await writeFile(path.join(work, 'job-7', 'input-1.mkv.partial'), 'x');
  await attempt('b').open();
  expect(await readdir(path.join(quick, 'job-7'))).toEqual([]);
  expect(await readdir(path.join(work, 'job-7'))).toEqual(['input-1.mkv.partial']);
});

it('leaves nothing of a file that could not be made', async () => {
  const folder = attempt('a');
  await folder.open();
  const quickly = await folder.scratch(100, log);
  const fails = async (partial: string) => {
    await writeFile(partial, 'x');
    throw new Error('no');
  };
  await expect(folder.produce('rpu.bin', fails, quickly)).rejects.toThrow('no');
  expect(await readdir(path.join(quick, 'job-7'))).toEqual([]);
});

it.each<[string, () => Scratch | null, number, RegExp | null]>([
  ['has no scratch folder', () => null, 1, null],
  ['has too little room there', () => scratch, 501, /^501 bytes on the way are too many for /],
])('sends all into the work folder when the node %s', async (_name, given, bytes, message) => {
  const folder = attempt('a', given());
  await folder.open();
  expect(await folder.scratch(bytes, log)).toBeNull();
  expect(await readdir(quick)).toEqual([]);
  expect(said).toEqual(message === null ? [] : [expect.stringMatching(message)]);
});

it('goes nowhere but to the work folder when there was too little room after all', async () => {
  const folder = attempt('a');
  await folder.open();
  await folder.produce('rpu.bin', content('x'), await folder.scratch(100, log));
  expect(await folder.forsakeScratch()).toBe(true);
  expect(await readdir(quick)).toEqual([]);
  expect(await folder.scratch(1, log)).toBeNull();
  expect(await attempt('b').scratch(1, log)).toBeNull();
});

it('does not blame the scratch folder for what happened without it', async () => {
  const folder = attempt('a');
  await folder.open();
  expect(await folder.forsakeScratch()).toBe(false);
  expect(await folder.scratch(1, log)).not.toBeNull();
});
