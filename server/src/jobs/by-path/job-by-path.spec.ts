import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NODES_SETTINGS_DEFAULTS, type AddJobResponse } from '#contracts';
import { FieldException } from '../../common/field-exception.js';
import type { LibraryEntity } from '../../libraries/library.entity.js';
import { MediaFileEntity } from '../../files/media-file.entity.js';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import { ScanFixture } from '../../scanner/testing/scan-fixture.js';
import { JobLots } from '../job-lots.service.js';
import { JobProgressStore } from '../job-progress.store.js';
import { JobReader } from '../job-reader.service.js';
import { JobByPath } from './job-by-path.service.js';

let fixture: ScanFixture;
let library: LibraryEntity;
let byPath: JobByPath;

beforeEach(async () => {
  fixture = await ScanFixture.create();
  library = await fixture.addLibrary('films', { minimumSize: 3, ignore: ['extras/**'] });
  await mkdir(library.path);
  const { dataSource, writer, events, scanner } = fixture;
  const lots = new JobLots(dataSource, writer, { nodes: NODES_SETTINGS_DEFAULTS });
  const progress = new JobProgressStore(events);
  byPath = new JobByPath(
    dataSource,
    scanner,
    new JobReader(dataSource, progress, new PipelineRegistry([]), lots),
  );
  encodes();
});
afterEach(() => fixture.destroy());

const encodes = () => {
  fixture.decide = () => ({
    verdict: 'encode',
    reason: { code: 'wanted', message: 'its codec is old' },
    plan: { expectedSize: 1, pipeline: 'compress' } as never,
  });
};
const leavesAlone = () => {
  fixture.decide = () => ({ verdict: 'skip', reason: { code: 'fine', message: 'fine as it is' } });
};

/** @returns its absolute path */
async function film(name: string, content = 'film'): Promise<string> {
  const file = path.join(library.path, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

const add = (file: string, force = false): Promise<AddJobResponse> => byPath.add({ path: file, force });

describe('a file of a library', () => {
  it('gets a job without a scan, and others are not looked at', async () => {
    const file = await film('a/b/one.mkv');
    await film('a/b/two.mkv');
    await film('a/other/three.mkv');
    const { job, ...rest } = await add(file);
    expect(job).toMatchObject({ state: 'pending', title: 'one.mkv', libraryId: library.id });
    expect(rest).toMatchObject({ added: true, reason: null });
    expect(fixture.probed).toEqual([file]);
    expect(await fixture.files()).toMatchObject([{ directory: 'a/b', name: 'one.mkv', status: 'queued' }]);
    // The next scan finds it as it is, and the others beside it.
    await fixture.scan(library);
    expect((await fixture.files()).map(({ status }) => status)).toEqual(['queued', 'queued', 'queued']);
    expect(await fixture.jobs()).toHaveLength(3);
  });

  it('is answered with the job that it has', async () => {
    const file = await film('one.mkv');
    const first = await add(file);
    const second = await add(file);
    expect(second).toEqual({ ...first, added: false });
    expect(await fixture.jobs()).toHaveLength(1);
  });

  it('is left as it is for the reason of its profile, and decided on again each time', async () => {
    leavesAlone();
    const file = await film('one.mkv');
    const reason = { code: 'fine', message: 'fine as it is' };
    expect(await add(file)).toMatchObject({ job: null, added: false, reason });
    encodes();
    expect(await add(file)).toMatchObject({ job: { state: 'pending' }, added: true });
  });

  it('that has changed loses the job that was for the other one', async () => {
    const file = await film('one.mkv');
    const { job: before } = await add(file);
    await writeFile(file, 'another film');
    const { job, added } = await add(file);
    expect(added).toBe(true);
    expect(await fixture.jobs()).toMatchObject([
      { id: before?.id, state: 'cancelled' },
      { id: job?.id, state: 'pending' },
    ]);
  });

  it('that was missing is found again, and no other is taken for missing', async () => {
    const [one, two] = [await film('one.mkv'), await film('two.mkv')];
    await fixture.scan(library);
    await rm(two);
    await rename(one, `${one}.away`);
    await fixture.scan(library);
    await rename(`${one}.away`, one);
    expect((await add(one)).job).not.toBeNull();
    await film('three.mkv');
    await rm(one);
    await expect(add(one)).rejects.toThrow(/^there is no file .*one\.mkv$/);
    expect((await fixture.file('one.mkv')).status).toBe('queued');
  });

  it("follows its folder's own profile, which nobody has read yet", async () => {
    const file = await film('kids/one.mkv');
    await writeFile(path.join(library.path, 'kids', '.boilarr.yaml'), 'video: { codec: hevc }\n');
    await add(file);
    const [job] = await fixture.jobs();
    expect(job?.profileHash).not.toBe('hash-1');
  });

  it.each<[string, Partial<MediaFileEntity>, RegExp]>([
    [
      'has failed',
      { status: 'failed', reasonCode: 'tool_failed', reasonMessage: 'no' },
      /^no; force it to have it/,
    ],
    [
      'was put back',
      { status: 'skipped', reasonCode: 'restored', reasonMessage: 'put back' },
      /^put back; force/,
    ],
  ])('that %s is decided on again by force alone', async (_name, values, message) => {
    leavesAlone();
    const file = await film('one.mkv');
    await add(file);
    await fixture.dataSource.manager.update(MediaFileEntity, { name: 'one.mkv' }, values);
    encodes();
    const { job, reason } = await add(file);
    expect(job).toBeNull();
    expect(reason?.message).toMatch(message);
    expect((await add(file, true)).added).toBe(true);
  });

  it('that may still be written to waits, unless it is forced', async () => {
    await fixture.dataSource.manager.update('library', { id: library.id }, { minimumAgeSeconds: 3600 });
    const file = await film('one.mkv');
    expect(await add(file)).toMatchObject({ job: null, reason: { code: 'young' } });
    expect((await fixture.file('one.mkv')).status).toBe('waiting');
    expect((await add(file, true)).added).toBe(true);
  });

  it.each([false, true])('that is our own output is never encoded again (force %s)', async (force) => {
    const file = await film('one.mkv');
    leavesAlone();
    await add(file);
    await fixture.dataSource.manager.update(MediaFileEntity, { name: 'one.mkv' }, { status: 'replaced' });
    encodes();
    expect(await add(file, force)).toMatchObject({ job: null, reason: { code: 'replaced' } });
  });

  it('that cannot be read is named, and stays for the next scan', async () => {
    fixture.probe = () => Promise.reject(new Error('no moov atom'));
    const file = await film('one.mkv');
    await expect(add(file)).rejects.toThrow(/^one\.mkv could not be decided on.*no moov atom$/);
    expect((await fixture.file('one.mkv')).status).toBe('new');
  });

  it.each<[string, string, string, RegExp]>([
    ['of another kind', 'one.txt', 'text', /takes files that end in .*\.mkv/],
    ['too small', 'one.mkv', 'x', /fewer than 3 bytes/],
    ['that a rule leaves out', 'extras/one.mkv', 'film', /ignore rules/],
    ['of our own trash', '.boilarr-trash/one.mkv', 'film', /passes .* over/],
  ])('%s is passed over', async (_name, name, content, message) => {
    const { job, fileId, reason } = await add(await film(name, content));
    expect([job, fileId, reason?.code]).toEqual([null, null, 'passed_over']);
    expect(reason?.message).toMatch(message);
    expect(await fixture.files()).toEqual([]);
  });

  it('beside which a .boilarrignore stands is passed over', async () => {
    const file = await film('a/one.mkv');
    await writeFile(path.join(library.path, '.boilarrignore'), 'a/\n');
    expect(await add(file)).toMatchObject({ job: null, reason: { code: 'passed_over' } });
  });

  it('is found behind a link that leads to its library', async () => {
    const file = await film('one.mkv');
    const link = path.join(fixture.folder, 'link');
    await symlink(library.path, link);
    expect((await add(path.join(link, path.basename(file)))).added).toBe(true);
  });
});

describe('what is refused', () => {
  it.each<[string, () => string]>([
    ['a path that is not absolute', () => 'one.mkv'],
    ['a path outside of all libraries', () => path.join(fixture.folder, 'boilarr.db')],
    ['a way out of a library', () => path.join(library.path, '..', 'boilarr.db')],
    ['a folder whose name begins as a library', () => `${library.path}-other/one.mkv`],
    ['the library itself', () => library.path],
  ])('%s', async (_name, file) => {
    const refused = add(file());
    await expect(refused).rejects.toThrow(FieldException);
    await expect(refused).rejects.toMatchObject({ errors: [{ propertyName: 'path' }] });
  });

  it('a link, also one that leads out of the library by a folder', async () => {
    const outside = path.join(fixture.folder, 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'one.mkv'), 'film');
    await symlink(path.join(outside, 'one.mkv'), path.join(library.path, 'link.mkv'));
    await symlink(outside, path.join(library.path, 'folder'));
    await expect(add(path.join(library.path, 'link.mkv'))).rejects.toThrow(/is a symbolic link/);
    expect(await add(path.join(library.path, 'folder', 'one.mkv'))).toMatchObject({
      ...{ job: null, reason: { code: 'passed_over' } },
    });
    expect(fixture.probed).toEqual([]);
  });

  it('a folder', async () => {
    await mkdir(path.join(library.path, 'a.mkv'));
    await expect(add(path.join(library.path, 'a.mkv'))).rejects.toThrow(/is a folder; a scan/);
  });

  it('what is not there, also when its library is not', async () => {
    await expect(add(path.join(library.path, 'none.mkv'))).rejects.toThrow(/there is no file/);
    await rm(library.path, { recursive: true });
    await expect(add(path.join(library.path, 'none.mkv'))).rejects.toThrow(/there is no file/);
  });

  it('a file of a library whose profile is not there', async () => {
    const file = await film('one.mkv');
    await utimes(file, 1, 1);
    fixture.profile = undefined;
    await expect(add(file)).rejects.toThrow(/profile/);
  });
});
