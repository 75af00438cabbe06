import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Decision } from '#engine/plan/plan.types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ScanFixture } from './testing/scan-fixture.js';

const ENCODE: Decision = {
  verdict: 'encode',
  reason: { code: 'encode', message: 'would be smaller' },
  plan: {
    pipeline: 'compress',
    dolbyVision: null,
    container: 'mkv',
    streams: [],
    added: [],
    keep: { chapters: true, tags: true },
    expectedSize: 2,
    sizeLimit: 5,
  },
};

let fixture: ScanFixture;
let films: LibraryEntity;
beforeEach(async () => {
  fixture = await ScanFixture.create();
  fixture.decide = () => ENCODE;
  films = await fixture.addLibrary('films');
  await mkdir(films.path);
  await writeFile(path.join(films.path, 'a.mkv'), 'a film');
});
afterEach(() => fixture.destroy());

/** A name outside of the library, as a torrent client has. */
const seed = () => path.join(fixture.folder, 'seed.mkv');
const addName = () => link(path.join(films.path, 'a.mkv'), seed());
const removeName = () => rm(seed());
const setPolicy = (hardLinks: LibraryEntity['hardLinks']) =>
  fixture.dataSource.manager.update(LibraryEntity, { id: films.id }, { hardLinks });

async function state() {
  const { status, reasonCode, links } = await fixture.file('a.mkv');
  const open = await fixture.dataSource.manager.countBy(JobEntity, { state: 'pending' });
  return { status, reasonCode, links, open };
}

async function expectSettled(): Promise<void> {
  const before = await fixture.totalChanges();
  await fixture.scan(films);
  // The scan notes when it was.
  expect((await fixture.totalChanges()) - before).toBe(1);
}

const QUEUED = { status: 'queued', reasonCode: 'encode', links: 1, open: 1 };

describe('a file with several names', () => {
  it.each([
    ['skip', 'skipped'],
    ['wait', 'waiting'],
  ] as const)('policy %s: is %s without a probe, and queued once it is alone', async (policy, status) => {
    await setPolicy(policy);
    await addName();
    await fixture.scan(films);
    expect(await state()).toEqual({ status, reasonCode: 'hard_linked', links: 2, open: 0 });
    expect(fixture.probed).toEqual([]);
    await expectSettled();
    await removeName();
    await fixture.scan(films);
    expect(await state()).toEqual(QUEUED);
    await expectSettled();
  });

  it('is a file like all others where the library breaks links', async () => {
    await setPolicy('break');
    await addName();
    await fixture.scan(films);
    expect(await state()).toEqual({ ...QUEUED, links: 2 });
    await expectSettled();
    await removeName();
    await fixture.scan(films);
    expect(await state()).toEqual(QUEUED);
    await expectSettled();
  });

  it('leaves the queue when it gets its second name there, unless a node is at work on it', async () => {
    await fixture.scan(films);
    expect(await state()).toEqual(QUEUED);
    await addName();
    await fixture.scan(films);
    expect(await state()).toEqual({ status: 'skipped', reasonCode: 'hard_linked', links: 2, open: 0 });
    const [job] = await fixture.jobs();
    expect(job).toMatchObject({ state: 'cancelled', reasonCode: 'hard_linked' });
    expect(fixture.probed).toHaveLength(1);
    await removeName();
    await fixture.scan(films);
    expect(fixture.probed).toHaveLength(1);
    await fixture.dataSource.manager.update(JobEntity, { state: 'pending' }, { state: 'running' });
    await addName();
    await fixture.scan(films);
    expect(await state()).toEqual({ ...QUEUED, links: 2, open: 0 });
    expect((await fixture.jobs()).map((one) => one.state)).toEqual(['cancelled', 'running']);
    await expectSettled();
  });

  it('is decided on anew when the policy changes', async () => {
    await addName();
    for (const [policy, status] of [
      ['skip', 'skipped'],
      ['wait', 'waiting'],
      ['skip', 'skipped'],
      ['break', 'queued'],
    ] as const) {
      await setPolicy(policy);
      await fixture.scan(films);
      expect(await state()).toMatchObject({ status, links: 2 });
      await expectSettled();
    }
  });

  it('stays held when the profile changes', async () => {
    await addName();
    await fixture.scan(films);
    fixture.profile = { ...fixture.profile!, hash: 'hash-2' };
    await fixture.scan(films);
    expect(await fixture.file('a.mkv')).toMatchObject({ reasonCode: 'hard_linked', profileHash: 'hash-2' });
    expect(fixture.probed).toEqual([]);
    await expectSettled();
  });

  it('that was missing is looked at again', async () => {
    await addName();
    await fixture.scan(films);
    await writeFile(path.join(films.path, 'other.mkv'), 'x');
    await rm(path.join(films.path, 'a.mkv'));
    await fixture.scan(films);
    expect(await state()).toMatchObject({ status: 'missing' });
    await link(seed(), path.join(films.path, 'a.mkv'));
    await removeName();
    await fixture.scan(films);
    expect(await state()).toMatchObject({ status: 'queued', links: 1 });
    await expectSettled();
  });
});
