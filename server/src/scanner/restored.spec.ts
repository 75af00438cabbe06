import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConflictException, Logger, NotFoundException } from '@nestjs/common';
import type { FileStatus } from '#contracts';
import type { Decision } from '#engine/plan/plan.types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { services, sha256 } from '../../../test/support/replace-lab.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { JobEntity } from '../jobs/job.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { TrashEntryEntity } from '../replace/trash-entry.entity.js';
import { ScanFixture } from './testing/scan-fixture.js';

const facts = {
  container: 'x',
  videoCodec: 'h264',
  audioCodecs: [],
  size: 1,
  bitRate: null,
  durationSeconds: 1,
};
const encode: Decision = {
  verdict: 'encode',
  reason: { code: 'encode', message: 'would be smaller' },
  plan: {
    pipeline: 'compress',
    dolbyVision: null,
    ...{ container: 'mkv' as const, streams: [], added: [], keep: { chapters: true, tags: true } },
    ...{ expectedSize: 2, sizeLimit: 5 },
  },
};
const RESTORED = { status: 'skipped', reasonCode: 'restored', profileHash: null };

let fixture: ScanFixture;
let films: LibraryEntity;
/** of the film that was encoded and put back */
let id: number;

/** A film that was found, encoded, replaced, and put back from the trash. */
beforeEach(async () => {
  Logger.overrideLogger(false);
  fixture = await ScanFixture.create();
  films = await fixture.addLibrary('films');
  await mkdir(films.path);
  await writeFile(path.join(films.path, 'film.avi'), 'as it was in the beginning');
  await writeFile(path.join(films.path, 'other.mkv'), 'other');
  fixture.decide = () => encode;
  await fixture.scan(films);
  await replaceFilm();
  const entry = await trash().findOneByOrFail({ state: 'held' });
  await services(fixture.dataSource).restores.restore(entry.id);
});
afterEach(async () => {
  Logger.overrideLogger(['error', 'warn']);
  await fixture.destroy();
});

const trash = () => fixture.dataSource.getRepository(TrashEntryEntity);

async function replaceFilm(): Promise<void> {
  const file = await fixture.dataSource.manager.findOneOrFail(MediaFileEntity, {
    where: { name: 'film.avi' },
  });
  id = file.id;
  const { manager } = fixture.dataSource;
  await manager.update(JobEntity, { fileId: id }, { state: 'replacing' });
  const job = await manager.findOneByOrFail(JobEntity, { fileId: id });
  const output = Buffer.from('smaller');
  const stagedPath = path.join(fixture.folder, 'output.mkv');
  await writeFile(stagedPath, output);
  const sourcePath = path.join(films.path, 'film.avi');
  const outcome = await services(fixture.dataSource).replace.replace({
    ...{ job, library: films, file, token: 'token', gate: () => Promise.resolve({ accepted: true }) },
    claimed: {
      path: sourcePath,
      size: file.size,
      mtimeNs: file.mtimeNs,
      headTailHash: file.headTailHash ?? '',
    },
    output: { name: 'output', stagedPath, size: output.length, sha256: sha256(output), extension: 'mkv' },
    closing: {
      ...{
        source: facts,
        output: facts,
        command: null,
        encoderVersion: null,
        nodeName: null,
        claimedAt: null,
      },
      file: {
        container: 'matroska',
        videoCodec: 'av1',
        width: 1,
        height: 1,
        durationSeconds: 1,
        mediaInfo: '{}',
      },
    },
  });
  expect(outcome.kind).toBe('replaced');
}

async function row(): Promise<MediaFileEntity> {
  return fixture.dataSource.manager.findOneByOrFail(MediaFileEntity, { id });
}

async function openJobs(): Promise<number> {
  const jobs = await fixture.dataSource.manager.findBy(JobEntity, { fileId: id });
  return jobs.filter(({ state }) => ['pending', 'queued'].includes(state)).length;
}

async function staysAsItIs(place: Partial<MediaFileEntity>): Promise<void> {
  expect(await row()).toMatchObject({ ...RESTORED, ...place });
  expect(await openJobs()).toBe(0);
}

describe('an original that was put back', () => {
  it('is nothing new to a scan', async () => {
    const { counts } = await fixture.scan(films);
    expect(counts).toMatchObject({ added: 0, changed: 0, moved: 0, missing: 0, probed: 0, unchanged: 2 });
    const before = await fixture.totalChanges();
    await fixture.scan(films);
    expect((await fixture.totalChanges()) - before).toBe(1);
    await staysAsItIs({ name: 'film.avi', links: 1 });
  });

  it('is not decided on anew when its profile changes, though all others are', async () => {
    fixture.profile = { ...fixture.profile!, hash: 'hash-2' };
    await fixture.scan(films);
    expect(await fixture.file('other.mkv')).toMatchObject({ status: 'queued', profileHash: 'hash-2' });
    await staysAsItIs({ name: 'film.avi' });
  });

  it('stays so under another name, in another library, and when it was gone for a while', async () => {
    const shows = await fixture.addLibrary('shows');
    await mkdir(path.join(films.path, 'deep'));
    await rename(path.join(films.path, 'film.avi'), path.join(films.path, 'deep/renamed.avi'));
    expect((await fixture.scan(films)).counts).toMatchObject({ moved: 1 });
    await staysAsItIs({ directory: 'deep', name: 'renamed.avi' });
    await rename(path.join(films.path, 'deep/renamed.avi'), path.join(fixture.folder, 'away'));
    await fixture.scan(films);
    expect((await row()).status).toBe('missing');
    fixture.profile = { ...fixture.profile!, hash: 'hash-2' };
    await rename(path.join(fixture.folder, 'away'), path.join(films.path, 'deep/renamed.avi'));
    await fixture.scan(films);
    await staysAsItIs({ directory: 'deep', name: 'renamed.avi' });
    await mkdir(shows.path);
    await rename(path.join(films.path, 'deep/renamed.avi'), path.join(shows.path, 'show.avi'));
    expect((await fixture.scan(shows)).counts).toMatchObject({ moved: 1 });
    await staysAsItIs({ libraryId: shows.id, name: 'show.avi' });
  });

  it('is encoded when somebody asks for it, and not put back for ever', async () => {
    await fixture.scanner.decideOne(id);
    expect(await row()).toMatchObject({ status: 'queued', reasonCode: 'encode', profileHash: 'hash-1' });
    expect(await openJobs()).toBe(1);
    await expect(fixture.scanner.decideOne(id)).rejects.toThrow('film.avi is in the queue already');
  });

  it('is left to its profile when somebody asks and the profile says no', async () => {
    fixture.decide = () => ({ verdict: 'skip', reason: { code: 'no', message: 'no' } });
    await fixture.scanner.decideOne(id);
    expect(await row()).toMatchObject({ status: 'skipped', reasonCode: 'no', profileHash: 'hash-1' });
    fixture.decide = () => encode;
    fixture.profile = { ...fixture.profile!, hash: 'hash-2' };
    await fixture.scan(films);
    expect((await row()).status).toBe('queued');
  });

  it('is our own output again when its encode is put back', async () => {
    const entry = await trash().findOneByOrFail({ state: 'held' });
    await services(fixture.dataSource).restores.restore(entry.id);
    expect(await row()).toMatchObject({ name: 'film.mkv', status: 'replaced', reasonCode: null });
    fixture.profile = { ...fixture.profile!, hash: 'hash-2' };
    expect((await fixture.scan(films)).counts).toMatchObject({ added: 0, changed: 0, missing: 0 });
    expect(await row()).toMatchObject({ name: 'film.mkv', status: 'replaced' });
    await expect(fixture.scanner.decideOne(id)).rejects.toThrow(/is our own output; put its original back/);
  });
});

describe('asking for one file', () => {
  it.each<FileStatus>(['new', 'waiting', 'queued', 'replaced', 'missing'])(
    'is refused for one that is %s',
    async (status) => {
      await fixture.dataSource.manager.update(MediaFileEntity, { id }, { status });
      await expect(fixture.scanner.decideOne(id)).rejects.toThrow(ConflictException);
      expect((await row()).status).toBe(status);
    },
  );

  it.each<FileStatus>(['failed', 'unreadable'])(
    'takes up one that is %s, and probes it if need be',
    async (status) => {
      const probes = fixture.probed.length;
      await fixture.dataSource.manager.update(
        MediaFileEntity,
        { id },
        { status, mediaInfo: null, headTailHash: null },
      );
      await fixture.scanner.decideOne(id);
      expect((await row()).status).toBe('queued');
      expect(fixture.probed).toHaveLength(probes + 1);
    },
  );

  it('is refused for one that has changed, vanished, or was never there', async () => {
    await writeFile(path.join(films.path, 'film.avi'), 'another');
    await expect(fixture.scanner.decideOne(id)).rejects.toThrow(/has changed; the next scan decides on it/);
    await rename(path.join(films.path, 'film.avi'), path.join(fixture.folder, 'away'));
    await expect(fixture.scanner.decideOne(id)).rejects.toThrow(/ENOENT/);
    await expect(fixture.scanner.decideOne(99_999)).rejects.toThrow(NotFoundException);
    await staysAsItIs({});
  });
});
