import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Decision } from '#engine/plan/plan.types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderProfileEntity } from '../profiles/folder-profile.entity.js';
import { JobEntity } from '../jobs/job.entity.js';
import { stopRepeating } from '../jobs/repeating-profiles.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { ScanFixture } from './testing/scan-fixture.js';

let fixture: ScanFixture;
let films: LibraryEntity;
/** crf that each file was last decided with, and how often it was decided on at all */
let crfs: number[];
beforeEach(async () => {
  fixture = await ScanFixture.create();
  films = await fixture.addLibrary('films');
  crfs = [];
  fixture.decide = (_info, profile) => {
    crfs.push(profile.video.crf);
    return { verdict: 'skip', reason: { code: `crf-${profile.video.crf}`, message: 'as it says' } };
  };
});
afterEach(async () => {
  await fixture.destroy();
});

async function put(file: string, content = file): Promise<string> {
  const target = path.join(films.path, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
  return target;
}

/** Scans, and tells how many decisions that took. */
async function scan(): Promise<number> {
  const before = crfs.length;
  expect(await fixture.scan(films)).toMatchObject({ state: 'completed', toProbe: 0 });
  return crfs.length - before;
}

async function decidedWith(): Promise<Record<string, string | null>> {
  const files = await fixture.files(films);
  return Object.fromEntries(
    files.map(({ directory, name, reasonCode }) => [path.posix.join(directory, name), reasonCode]),
  );
}

const rows = () => fixture.dataSource.manager.find(FolderProfileEntity, { order: { directory: 'ASC' } });

const encode: Decision = {
  verdict: 'encode',
  reason: { code: 'encode', message: 'would be smaller' },
  plan: {
    pipeline: 'compress',
    dolbyVision: null,
    ...{ container: 'mkv', streams: [], added: [], keep: { chapters: true, tags: true } },
    ...{ expectedSize: 2, sizeLimit: 5 },
  },
};

describe("a folder's profile", () => {
  it('decides from the first scan on, for its folder and all below', async () => {
    await put('a.mkv');
    await put('Anime/b.mkv');
    await put('Anime/deep/er/c.mkv');
    await put('Anime Films/d.mkv');
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    await put('Anime/deep/.boilarr.yaml', 'video: {crf: 21}');
    expect(await scan()).toBe(4);
    expect(await decidedWith()).toEqual({
      'a.mkv': 'crf-28',
      'Anime/b.mkv': 'crf-20',
      'Anime/deep/er/c.mkv': 'crf-21',
      'Anime Films/d.mkv': 'crf-28',
    });
  });

  it('is compared at each scan, and nothing is read, decided or written when nothing has changed', async () => {
    await put('Anime/b.mkv');
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    await scan();
    const before = await fixture.totalChanges();
    expect(await scan()).toBe(0);
    // The time of the scan is all that it wrote.
    expect((await fixture.totalChanges()) - before).toBe(1);
  });

  it('is decided with anew where it has changed, and nowhere else', async () => {
    for (let n = 0; n < 150; n += 1) await put(`Anime/${n}.mkv`);
    await put('Anime/Best/x.mkv');
    await put('Anime/Best/.boilarr.yaml', 'video: {crf: 15}');
    await put('other/y.mkv');
    await scan();
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    expect(await scan()).toBe(150);
    await put('Anime/.boilarr.yaml', 'video: {crf: 20} # nothing new');
    expect(await scan()).toBe(0);
    await put('Anime/.boilarr.yaml', 'video: {crf: 20, preset: 5}');
    // What is above it has changed, and with it the profile of the folder below.
    expect(await scan()).toBe(151);
    await rm(path.join(films.path, 'Anime/.boilarr.yaml'));
    expect(await scan()).toBe(151);
    expect(await decidedWith()).toMatchObject({
      'Anime/0.mkv': 'crf-28',
      'Anime/Best/x.mkv': 'crf-15',
      'other/y.mkv': 'crf-28',
    });
    expect((await rows()).map(({ directory }) => directory)).toEqual(['Anime/Best']);
  });

  it('decides on a file that was moved there from where another one does', async () => {
    const file = await put('a.mkv');
    await put('Anime/b.mkv');
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    await scan();
    await rename(file, path.join(films.path, 'Anime/a.mkv'));
    expect(await scan()).toBe(1);
    expect(fixture.probed).toHaveLength(2);
    expect(await decidedWith()).toEqual({ 'Anime/a.mkv': 'crf-20', 'Anime/b.mkv': 'crf-20' });
  });

  it('stays what it was while its folder cannot be read, and ends with its folder', async () => {
    await put('Anime/b.mkv');
    await put('stays.mkv');
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    await scan();
    const { fs } = fixture;
    fixture.fs = {
      ...fs,
      entries: (folder) => {
        if (folder.endsWith('/Anime/')) throw Object.assign(new Error('no'), { code: 'EACCES' });
        return fs.entries(folder);
      },
    };
    await scan();
    expect(await rows()).toHaveLength(1);
    fixture.fs = fs;
    await rm(path.join(films.path, 'Anime'), { recursive: true });
    await scan();
    expect(await rows()).toEqual([]);
  });

  it('goes to the jobs, with its name', async () => {
    fixture.decide = () => encode;
    await put('Anime/b.mkv');
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    await scan();
    const [file] = await fixture.files();
    expect(await fixture.jobs()).toMatchObject([{ state: 'pending', profileHash: file?.profileHash }]);
    await put('Anime/.boilarr.yaml', 'video: {crf: 21}');
    await fixture.scan(films);
    expect((await fixture.jobs()).map(({ state }) => state)).toEqual(['cancelled', 'pending']);
  });
});

describe("a mistake in a folder's profile", () => {
  it('leaves the last valid version in force, also for files that come later, and is told', async () => {
    await put('Anime/b.mkv');
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    await scan();
    const file = await put('Anime/.boilarr.yaml', 'video: {crf: 90}');
    await put('Anime/late.mkv');
    expect(await scan()).toBe(1);
    expect(await decidedWith()).toEqual({ 'Anime/b.mkv': 'crf-20', 'Anime/late.mkv': 'crf-20' });
    const [row] = await rows();
    expect(row).toMatchObject({ validText: 'video: {crf: 20}', text: 'video: {crf: 90}' });
    expect(row?.errors).toEqual([expect.stringContaining(`${file}:1:`) as string]);
    await put('Anime/.boilarr.yaml', 'video: {crf: 19}');
    expect(await scan()).toBe(2);
    expect((await rows())[0]?.errors).toEqual([]);
  });

  it.each<[string, (file: string) => Promise<unknown>]>([
    ['a symbolic link', (file) => symlink('../elsewhere.yaml', file)],
    ['a folder', (file) => mkdir(file)],
    [
      'far too large',
      async (file) => {
        await writeFile(file, 'video: {crf: 20}');
        await truncate(file, 64 * 1024 + 1);
      },
    ],
  ])('is also that it is %s', async (_name, make) => {
    await put('elsewhere.yaml', 'video: {crf: 20}');
    await put('Anime/b.mkv');
    await make(path.join(films.path, 'Anime/.boilarr.yaml'));
    await scan();
    expect(await decidedWith()).toEqual({ 'Anime/b.mkv': 'crf-28' });
    expect((await rows())[0]?.errors).toHaveLength(1);
    const before = await fixture.totalChanges();
    await scan();
    expect((await fixture.totalChanges()) - before).toBe(1);
  });
});

describe('a profile that would encode its own output again', () => {
  it('starts nothing more: what waits is skipped with the reason, and what comes is not queued', async () => {
    fixture.decide = () => encode;
    await put('Anime/.boilarr.yaml', 'video: {crf: 20}');
    for (const name of ['a', 'b', 'c']) await put(`Anime/${name}.mkv`);
    await put('other.mkv');
    await fixture.scan(films);
    const job = await fixture.dataSource.manager.findOneByOrFail(JobEntity, { title: 'a.mkv' });
    await fixture.dataSource.manager.update(JobEntity, { id: job.id }, { state: 'running' });
    await fixture.writer.write((manager) => stopRepeating(manager, job, 'it would go on for ever'));
    const states = async () =>
      Object.fromEntries((await fixture.jobs()).map(({ title, state }) => [title, state]));
    expect(await states()).toEqual({
      ...{ 'a.mkv': 'running', 'b.mkv': 'skipped', 'c.mkv': 'skipped', 'other.mkv': 'pending' },
    });
    await put('Anime/late.mkv');
    await fixture.scan(films);
    for (const name of ['b', 'late']) {
      expect(await fixture.file(`Anime/${name}.mkv`)).toMatchObject({
        ...{ status: 'skipped', reasonCode: 'profile_repeats', reasonMessage: 'it would go on for ever' },
      });
    }
    await put('Anime/.boilarr.yaml', 'video: {crf: 21}');
    await fixture.scan(films);
    for (const name of ['b', 'late']) expect((await fixture.file(`Anime/${name}.mkv`)).status).toBe('queued');
  });
});
