import { lstatSync } from 'node:fs';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Decision } from '#engine/plan/plan.types.js';
import { ToolError } from '#engine/tools/tool-error.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ReplaceJournalEntity } from '../replace/replace-journal.entity.js';
import { mediaInfo, ScanFixture } from './testing/scan-fixture.js';
import { nodeFileSystem } from './walk/file-system.port.js';

let fixture: ScanFixture;
let films: LibraryEntity;
beforeEach(async () => {
  fixture = await ScanFixture.create();
  films = await fixture.addLibrary('films');
});
afterEach(async () => {
  await fixture.destroy();
});

async function put(file: string, content = file): Promise<string> {
  const target = path.join(fixture.folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
  return target;
}

const encode: Decision = {
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
const decideEncode = () => encode;

async function statuses(): Promise<Record<string, string>> {
  const files = await fixture.files();
  return Object.fromEntries(files.map((file) => [path.posix.join(file.directory, file.name), file.status]));
}

describe('a scan', () => {
  it('takes up files, decides on each once, and writes nothing when nothing has changed', async () => {
    await put('films/a.mkv');
    await put('films/deep/er/b.MP4');
    await put('films/deep/notes.txt');
    const first = await fixture.scan(films);
    expect(first).toMatchObject({ state: 'completed', phase: 'done', toProbe: 0, error: null });
    expect(first.counts).toMatchObject({ folders: 3, files: 3, media: 2, added: 2, probed: 2, unchanged: 0 });
    expect(await fixture.file('deep/er/b.MP4')).toMatchObject({
      ...{
        status: 'skipped',
        reasonCode: 'fine',
        profileHash: 'hash-1',
        container: 'matroska',
        durationSeconds: 2,
      },
      headTailHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const before = await fixture.totalChanges();
    const second = await fixture.scan(films);
    expect(second.counts).toMatchObject({
      media: 2,
      unchanged: 2,
      added: 0,
      changed: 0,
      missing: 0,
      probed: 0,
    });
    // The time of the scan is all that it wrote.
    expect((await fixture.totalChanges()) - before).toBe(1);
    expect(fixture.probed).toHaveLength(2);
  });

  it('queues what is to be encoded, with what the plan expects', async () => {
    fixture.decide = decideEncode;
    await put('films/a.mkv', '0123456789');
    await fixture.scan(films);
    expect(await fixture.file('a.mkv')).toMatchObject({ status: 'queued', expectedSaving: 8 });
    expect(await fixture.jobs()).toMatchObject([{ state: 'pending', size: 10 }]);
  });

  it('decides anew on a changed file, and takes its job back', async () => {
    fixture.decide = decideEncode;
    const file = await put('films/a.mkv');
    await fixture.scan(films);
    await writeFile(file, 'something else');
    expect((await fixture.scan(films)).counts).toMatchObject({ changed: 1, probed: 1, added: 0 });
    const jobs = await fixture.jobs();
    expect(jobs.map(({ state, reasonCode }) => [state, reasonCode])).toEqual([
      ['cancelled', 'source_changed'],
      ['pending', null],
    ]);
  });

  it('keeps what it knows of a missing file, cancels its job, and has it back unchanged without a probe', async () => {
    fixture.decide = decideEncode;
    const file = await put('films/a.mkv');
    await put('films/stays.mkv');
    await fixture.scan(films);
    await rename(file, path.join(fixture.folder, 'elsewhere'));
    expect((await fixture.scan(films)).counts).toMatchObject({ missing: 1 });
    expect(await statuses()).toEqual({ 'a.mkv': 'missing', 'stays.mkv': 'queued' });
    const cancelled = (await fixture.jobs()).filter(({ state }) => state === 'cancelled');
    expect(cancelled).toMatchObject([{ title: 'a.mkv', reasonCode: 'source_missing' }]);
    await rename(path.join(fixture.folder, 'elsewhere'), file);
    await fixture.scan(films);
    expect(await statuses()).toEqual({ 'a.mkv': 'queued', 'stays.mkv': 'queued' });
    expect((await fixture.jobs()).map(({ state }) => state).sort()).toEqual([
      'cancelled',
      'pending',
      'pending',
    ]);
    expect(fixture.probed).toHaveLength(2);
  });

  it('gives a missing file of our own its status back', async () => {
    const file = await put('films/a.mkv');
    await put('films/stays.mkv');
    await fixture.scan(films);
    await fixture.dataSource.manager.update(MediaFileEntity, { name: 'a.mkv' }, { status: 'replaced' });
    await rename(file, path.join(fixture.folder, 'elsewhere'));
    await fixture.scan(films);
    await rename(path.join(fixture.folder, 'elsewhere'), file);
    await fixture.scan(films);
    expect((await fixture.file('a.mkv')).status).toBe('replaced');
  });

  it('marks whole folders missing, and nothing whose folder could not be read', async () => {
    await put('films/a b/one.mkv');
    await put('films/a/one.mkv');
    await put('films/a/deep/two.mkv');
    await put('films/locked/three.mkv');
    await put('films/locked/deep/four.mkv');
    await fixture.scan(films);
    await rm(path.join(fixture.folder, 'films/a'), { recursive: true });
    fixture.fs = {
      ...nodeFileSystem,
      entries(folder) {
        if (folder.endsWith('/locked/')) throw Object.assign(new Error('no'), { code: 'EACCES' });
        return nodeFileSystem.entries(folder);
      },
    };
    const status = await fixture.scan(films);
    expect(status).toMatchObject({ state: 'completed', counts: { missing: 2, problems: 1 } });
    expect(status.problems[0]).toMatchObject({ code: 'EACCES', path: `${films.path}/locked/` });
    expect(await statuses()).toEqual({
      ...{ 'a b/one.mkv': 'skipped', 'a/one.mkv': 'missing', 'a/deep/two.mkv': 'missing' },
      ...{ 'locked/three.mkv': 'skipped', 'locked/deep/four.mkv': 'skipped' },
    });
  });

  it.each([
    ['is not there', async () => rm(films.path, { recursive: true }), /is not there/],
    ['is empty', async () => rm(path.join(films.path, 'a.mkv')), /is empty, but files in it are known/],
    [
      'is a file',
      async () => {
        await rm(films.path, { recursive: true });
        await writeFile(films.path, '');
      },
      /is not a folder/,
    ],
  ])('fails and marks nothing missing when the library %s', async (_what, lose, message) => {
    await put('films/a.mkv');
    await fixture.scan(films);
    await lose();
    expect(await fixture.scan(films)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(message) as string,
    });
    expect(await statuses()).toEqual({ 'a.mkv': 'skipped' });
  });

  it('fails before it looks at anything when the profile is not there', async () => {
    await put('films/a.mkv');
    fixture.profile = undefined;
    expect(await fixture.scan(films)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/profile/) as string,
    });
    expect(await statuses()).toEqual({});
  });

  it('lets a young file wait, says when it is due, and takes it up then', async () => {
    const file = await put('films/a.mkv');
    await fixture.dataSource.manager.update(LibraryEntity, { id: films.id }, { minimumAgeSeconds: 60 });
    const first = await fixture.scan(films);
    expect(first.counts).toMatchObject({ added: 1, waiting: 1, probed: 0 });
    expect(fixture.scanner.nextDueAt(films.id)).toBe(Math.floor(lstatSync(file).mtimeMs) + 60_000);
    const before = await fixture.totalChanges();
    await fixture.scan(films);
    expect((await fixture.totalChanges()) - before).toBe(1);
    await fixture.dataSource.manager.update(LibraryEntity, { id: films.id }, { minimumAgeSeconds: 0 });
    expect((await fixture.scan(films)).counts).toMatchObject({ waiting: 0, probed: 1 });
    expect(await statuses()).toEqual({ 'a.mkv': 'skipped' });
  });

  it('leaves an unreadable file alone until it changes', async () => {
    const file = await put('films/a.mkv');
    fixture.probe = () => {
      const details = { tool: 'ffprobe', exitCode: 1, signal: null, stderr: '' };
      return Promise.reject(new ToolError('tool_failed', 'moov atom not found', details));
    };
    await fixture.scan(films);
    await fixture.scan(films);
    expect(fixture.probed).toHaveLength(1);
    expect(await fixture.file('a.mkv')).toMatchObject({
      status: 'unreadable',
      reasonMessage: 'moov atom not found',
    });
    fixture.probe = () => Promise.resolve(mediaInfo());
    await writeFile(file, 'repaired');
    await fixture.scan(films);
    expect(await statuses()).toEqual({ 'a.mkv': 'skipped' });
  });

  it('blames no file for a missing ffprobe', async () => {
    await put('films/a.mkv');
    await put('films/b.mkv');
    const details = { tool: 'ffprobe', exitCode: null, signal: null, stderr: '' };
    fixture.probe = () => Promise.reject(new ToolError('tool_missing', 'ffprobe is not installed', details));
    expect(await fixture.scan(films)).toMatchObject({ state: 'failed', error: 'ffprobe is not installed' });
    expect(await statuses()).toEqual({ 'a.mkv': 'new', 'b.mkv': 'new' });
  });

  it('leaves a file that changes between walk and probe to the next scan', async () => {
    const file = await put('films/a.mkv');
    fixture.fs = {
      ...nodeFileSystem,
      lstat(target) {
        const stat = nodeFileSystem.lstat(target);
        stat.size += 1n;
        return stat;
      },
    };
    expect(await fixture.scan(films)).toMatchObject({
      state: 'completed',
      counts: { problems: 1, probed: 0 },
    });
    fixture.fs = nodeFileSystem;
    await fixture.scan(films);
    expect(await fixture.file('a.mkv')).toMatchObject({ status: 'skipped', size: lstatSync(file).size });
  });
});

describe('a file under another name', () => {
  it.each([
    ['renamed', 'films/a.mkv', 'films/b.mkv'],
    ['moved deeper', 'films/a.mkv', 'films/x/y/a.mkv'],
    ['moved up', 'films/x/y/a.mkv', 'films/a.mkv'],
    ['moved to a folder walked earlier or later', 'films/b/a.mkv', 'films/c/z.mp4'],
  ])('keeps its row when it was %s', async (_what, from, to) => {
    const source = await put(from);
    await put('films/other.mkv');
    await fixture.scan(films);
    await fixture.dataSource.manager.updateAll(MediaFileEntity, { status: 'replaced' });
    const before = await fixture.file(path.relative('films', from));
    await mkdir(path.dirname(path.join(fixture.folder, to)), { recursive: true });
    await rename(source, path.join(fixture.folder, to));
    expect((await fixture.scan(films)).counts).toMatchObject({ moved: 1, added: 0, missing: 0, probed: 0 });
    expect(await fixture.file(path.relative('films', to))).toMatchObject({
      id: before.id,
      status: 'replaced',
    });
    expect(await fixture.files()).toHaveLength(2);
  });

  it('takes its row along to another library, where another profile decides without a probe', async () => {
    const shows = await fixture.addLibrary('shows');
    const source = await put('films/a.mkv');
    await put('films/other.mkv');
    await put('shows/other.mkv', 'shows');
    await fixture.scan(films);
    await fixture.scan(shows);
    const { id } = await fixture.file('a.mkv');
    await rename(source, path.join(fixture.folder, 'shows/a.mkv'));
    await fixture.scan(films);
    expect((await fixture.file('a.mkv')).status).toBe('missing');
    fixture.profile = { ...fixture.profile!, hash: 'hash-2' };
    fixture.decide = decideEncode;
    expect((await fixture.scan(shows)).counts).toMatchObject({ moved: 1, probed: 0 });
    expect(await fixture.file('a.mkv')).toMatchObject({
      id,
      libraryId: shows.id,
      status: 'queued',
      profileHash: 'hash-2',
    });
  });

  it('is queued anew at its new place, from what is known', async () => {
    fixture.decide = decideEncode;
    const source = await put('films/a.mkv');
    await put('films/other.mkv');
    await fixture.scan(films);
    await rename(source, path.join(films.path, 'b.mkv'));
    await fixture.scan(films);
    expect((await fixture.jobs()).map(({ title, state }) => [title, state])).toEqual(
      expect.arrayContaining([
        ['a.mkv', 'cancelled'],
        ['b.mkv', 'pending'],
        ['other.mkv', 'pending'],
      ]),
    );
    expect(fixture.probed).toHaveLength(2);
  });

  it('is a new file when the old one is still there, or when the content is another', async () => {
    const when = new Date(1_700_000_000_000);
    const a = await put('films/a.mkv', 'same length');
    await utimes(a, when, when);
    await fixture.scan(films);
    await utimes(await put('films/copy.mkv', 'same length'), when, when);
    expect((await fixture.scan(films)).counts).toMatchObject({ moved: 0, added: 1 });
    await rm(a);
    await utimes(await put('films/other.mkv', 'other bytes'), when, when);
    expect((await fixture.scan(films)).counts).toMatchObject({ moved: 0, added: 1, missing: 1 });
  });

  it('is not taken for moved while its library is not mounted', async () => {
    const shows = await fixture.addLibrary('shows');
    const when = new Date(1_700_000_000_000);
    await utimes(await put('films/a.mkv', 'same'), when, when);
    await fixture.scan(films);
    await rm(path.join(films.path, 'a.mkv'));
    await utimes(await put('shows/a.mkv', 'same'), when, when);
    expect((await fixture.scan(shows)).counts).toMatchObject({ moved: 0, added: 1 });
    expect((await fixture.files(films))[0]).toMatchObject({ status: 'skipped' });
  });
});

describe('a changed profile', () => {
  async function withProfile(hash: string) {
    fixture.profile = { ...fixture.profile!, hash };
    return fixture.scan(films);
  }

  it('decides again on what was skipped or failed, or waits in the queue, without a probe', async () => {
    for (let n = 0; n < 250; n += 1) await put(`films/${n}.mkv`);
    await fixture.scan(films);
    await fixture.dataSource.manager.update(MediaFileEntity, { name: '1.mkv' }, { status: 'failed' });
    await fixture.dataSource.manager.update(MediaFileEntity, { name: '2.mkv' }, { status: 'replaced' });
    fixture.decide = decideEncode;
    expect((await withProfile('hash-0')).counts).toMatchObject({ probed: 0, unchanged: 250 });
    const files = await fixture.files();
    expect(
      files.filter(({ status, profileHash }) => status === 'queued' && profileHash === 'hash-0'),
    ).toHaveLength(249);
    expect((await fixture.file('2.mkv')).status).toBe('replaced');
    fixture.decide = () => ({ verdict: 'skip', reason: { code: 'no', message: 'no' } });
    await fixture.dataSource.manager.update(JobEntity, { title: '3.mkv' }, { state: 'running' });
    await withProfile('hash-3');
    expect((await fixture.files()).filter(({ status }) => status === 'skipped')).toHaveLength(248);
    expect((await fixture.file('3.mkv')).status).toBe('queued');
    const open = (await fixture.jobs()).filter(({ state }) => state !== 'cancelled');
    expect(open.map(({ title }) => title)).toEqual(['3.mkv']);
    expect(fixture.probed).toHaveLength(250);
  });

  it('leaves alone what was decided with the profile as it is', async () => {
    await put('films/a.mkv');
    await fixture.scan(films);
    fixture.decide = () => {
      throw new Error('not to be called');
    };
    expect((await fixture.scan(films)).state).toBe('completed');
  });
});

describe('beside replace/', () => {
  it('touches no file that is being replaced, nor the one that comes of it', async () => {
    fixture.decide = decideEncode;
    const source = await put('films/a.avi');
    await put('films/other.mkv');
    await fixture.scan(films);
    const row = await fixture.file('a.avi');
    await fixture.dataSource.manager.update(JobEntity, { fileId: row.id }, { state: 'replacing' });
    await fixture.dataSource.manager.insert(ReplaceJournalEntity, {
      ...{
        kind: 'replace',
        state: 'open',
        fileId: row.id,
        libraryId: films.id,
        sourcePath: source,
        stagedPath: '',
      },
      deliveredPath: '',
      ...{
        finalPath: path.join(films.path, 'a.mkv'),
        trashPath: '',
        sourceSize: 1,
        sourceMtimeNs: '1',
        sourceHash: '',
      },
      ...{ stagedSize: 1, stagedSha256: '', closing: {}, openedAt: 0 },
    });
    await rm(source);
    await put('films/a.mkv', 'our own output');
    await fixture.scan(films);
    expect(await statuses()).toEqual({ 'a.avi': 'queued', 'other.mkv': 'queued' });
    expect((await fixture.jobs()).map(({ state }) => state).sort()).toEqual(['pending', 'replacing']);
  });

  it('never sees staged files and the trash', async () => {
    await put('films/.boilarr-trash/a.mkv');
    await put('films/.boilarr-0123.mkv');
    await put('films/a.mkv');
    const { counts } = await fixture.scan(films);
    expect(counts).toMatchObject({ folders: 1, files: 1, media: 1, passedOver: 0 });
  });
});

describe('pause and cancel', () => {
  it('pauses, goes on, and ends with everything done', async () => {
    for (let n = 0; n < 20; n += 1) await put(`films/${n}.mkv`);
    const probing = Promise.withResolvers<void>();
    fixture.probe = async () => {
      probing.resolve();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return mediaInfo();
    };
    fixture.scanner.start(films.id);
    await probing.promise;
    expect(fixture.scanner.pause(films.id).state).toBe('paused');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const soFar = fixture.probed.length;
    expect(soFar).toBeLessThanOrEqual(2);
    expect(fixture.scanner.start(films.id).state).toBe('paused');
    expect(fixture.scanner.resume(films.id).state).toBe('running');
    expect(await fixture.scanner.whenIdle(films.id)).toMatchObject({
      state: 'completed',
      counts: { probed: 20 },
    });
  });

  it.each(['while it runs', 'while it is paused'])(
    'cancels %s, ends its probes, and a later scan completes',
    async (when) => {
      for (let n = 0; n < 20; n += 1) await put(`films/${n}.mkv`);
      const probing = Promise.withResolvers<void>();
      let ended = 0;
      fixture.probe = (_file, { signal }) => {
        if (fixture.probed.length === 5) probing.resolve();
        if (fixture.probed.length < 5) return Promise.resolve(mediaInfo());
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            ended += 1;
            reject(new Error('cancelled'));
          });
        });
      };
      fixture.scanner.start(films.id);
      await probing.promise;
      if (when === 'while it is paused') fixture.scanner.pause(films.id);
      fixture.scanner.cancel(films.id);
      const status = await fixture.scanner.whenIdle(films.id);
      expect(status).toMatchObject({ state: 'cancelled', phase: 'done' });
      expect(status.toProbe).toBeGreaterThanOrEqual(16);
      expect(ended).toBeGreaterThan(0);
      expect(
        (await fixture.dataSource.manager.findOneByOrFail(LibraryEntity, { id: films.id })).lastScanAt,
      ).toBeNull();
      fixture.probe = () => Promise.resolve(mediaInfo());
      expect(await fixture.scan(films)).toMatchObject({
        ...{ state: 'completed', toProbe: 0 },
        counts: { unchanged: 20, probed: status.toProbe },
      });
    },
  );

  it('runs two at once, the third after them, and tells of each', async () => {
    const ids: number[] = [];
    for (const name of ['one', 'two', 'three']) {
      await put(`${name}/a.mkv`, name);
      ids.push((await fixture.addLibrary(name)).id);
    }
    let atOnce = 0;
    let most = 0;
    fixture.probe = async () => {
      most = Math.max(most, (atOnce += 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce -= 1;
      return mediaInfo();
    };
    const seen: string[] = [];
    fixture.events.on('scan', ({ libraryId, state }) => seen.push(`${libraryId} ${state}`));
    for (const id of ids) fixture.scanner.start(id);
    await Promise.all(ids.map((id) => fixture.scanner.whenIdle(id)));
    expect(most).toBe(2);
    expect(seen).toEqual(expect.arrayContaining(ids.flatMap((id) => [`${id} running`, `${id} completed`])));
  });
});
