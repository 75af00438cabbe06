import { chmod, chown, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { ClaimVerdict } from '../../server/src/jobs/claim-rules.js';
import { LibraryEntity } from '../../server/src/libraries/library.entity.js';
import { NodeFilePort } from '../../server/src/replace/file-port.js';
import { finalPathFor } from '../../server/src/replace/names.js';
import { ReplaceFailure } from '../../server/src/replace/replace-failure.js';
import { checkTarget } from '../../server/src/replace/target-check.js';
import { ReplaceLab, services, sha256Of, type ReplaceCase } from '../support/replace-lab.js';
import { asNobody, CannotMount, Mounts } from './mounts.js';

let lab: ReplaceLab;
let mounts: Mounts;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
  mounts = await Mounts.open();
});
afterAll(async () => {
  await mounts.close();
  await lab.close();
});

/** Skips, with the reason, where this machine cannot do it. */
async function orSkip<T>(context: TestContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CannotMount) return context.skip(error.message);
    throw error;
  }
}

const replace = (subject: ReplaceCase) =>
  services(lab.dataSource)
    .replace.replace(subject.request)
    .catch((error: unknown) => error);

function check({ request, library }: ReplaceCase): Promise<ClaimVerdict> {
  const { path: source, size, mtimeNs } = request.claimed;
  return checkTarget(new NodeFilePort(), {
    library,
    source: { path: source, size, mtimeNs },
    expectedSize: request.output.size,
  });
}

async function expectUntouched(subject: ReplaceCase): Promise<void> {
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
  expect(await readdir(subject.folder)).toEqual([path.basename(subject.sourcePath)]);
}

describe('a file system that is full', () => {
  it('puts the replacement off, keeps the output, and takes it once there is room', async (context) => {
    const at = await orSkip(context, () => mounts.tmpfs(80 * 1024 * 1024));
    const subject = await lab.makeCase({ place: at, workFolder: lab.root });
    const filler = path.join(at, 'filler');
    await writeFile(filler, Buffer.alloc(30 * 1024 * 1024));
    expect(await check(subject)).toMatchObject({ kind: 'defer', reason: { code: 'no_space' } });
    expect(await replace(subject)).toMatchObject({ kind: 'deferred', reason: { code: 'no_space' } });
    await expectUntouched(subject);
    await rm(filler);
    expect(await check(subject)).toBeNull();
    expect(await replace(subject)).toMatchObject({ kind: 'replaced' });
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
  });

  it('to the last byte loses nothing either', async (context) => {
    const at = await orSkip(context, () => mounts.tmpfs(4 * 1024 * 1024));
    const subject = await lab.makeCase({ place: at });
    const filler = path.join(at, 'filler');
    await writeFile(filler, Buffer.alloc(8 * 1024 * 1024)).catch(() => undefined);
    expect(await replace(subject)).toMatchObject({ kind: 'deferred', reason: { code: 'no_space' } });
    await expectUntouched(subject);
    await rm(filler);
    expect(await replace(subject)).toMatchObject({ kind: 'replaced' });
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
  });
});

describe('a folder that cannot be written to', () => {
  it('is told before an encode, and leaves all as it was: a read-only mount', async (context) => {
    const at = await orSkip(context, () => mounts.tmpfs());
    const made = await lab.makeCase({ place: at, workFolder: lab.root });
    const closed = await mounts.readOnly(at);
    const there = (file: string) => path.join(closed, path.relative(at, file));
    const library = Object.assign(made.library, { path: there(made.library.path) });
    await lab.dataSource.manager.update(LibraryEntity, { id: library.id }, { path: library.path });
    const claimed = { ...made.request.claimed, path: there(made.sourcePath) };
    const subject = { ...made, request: { ...made.request, library, claimed }, library };
    expect(await check(subject)).toMatchObject({ reason: { code: 'target_not_writable' } });
    const error = await replace(subject);
    expect(error).toBeInstanceOf(ReplaceFailure);
    expect(error).toMatchObject({ open: false, message: expect.stringContaining('EROFS') as string });
    await expectUntouched(made);
  });

  it('is told before an encode, and leaves all as it was: no permission', async (context) => {
    const at = await orSkip(context, () => mounts.tmpfs());
    await orSkip(context, () => asNobody(() => Promise.resolve()));
    await chmod(at, 0o777);
    const subject = await lab.makeCase({ place: at });
    await chmod(path.dirname(subject.request.output.stagedPath), 0o777);
    await chmod(subject.folder, 0o555);
    await chmod(subject.sourcePath, 0o644);
    await asNobody(async () => {
      expect(await check(subject)).toMatchObject({ reason: { code: 'target_not_writable' } });
      expect(await replace(subject)).toMatchObject({
        open: false,
        message: expect.stringContaining('EACCES') as string,
      });
    });
    await expectUntouched(subject);
  });
});

describe('a file that belongs to somebody else', () => {
  it('is replaced all the same, and what could not be kept is told', async (context) => {
    const at = await orSkip(context, () => mounts.tmpfs());
    await orSkip(context, () => asNobody(() => Promise.resolve()));
    const subject = await lab.makeCase({ place: at });
    for (const folder of [
      subject.folder,
      subject.library.path,
      path.dirname(subject.request.output.stagedPath),
    ])
      await chmod(folder, 0o777);
    await chown(subject.sourcePath, 1234, 1234);
    await chmod(subject.sourcePath, 0o644);
    await chmod(subject.request.output.stagedPath, 0o644);
    await chown(subject.request.output.stagedPath, 65_534, 65_534);
    await asNobody(async () => {
      expect(await check(subject)).toBeNull();
      const outcome = await replace(subject);
      expect(outcome).toMatchObject({ kind: 'replaced' });
      expect((outcome as { warnings: string[] }).warnings.join()).toContain('the owner could not be kept');
    });
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
  });
});

describe('exFAT', () => {
  it('takes two names that differ in case for one', async (context) => {
    const at = await orSkip(context, () => mounts.exfat());
    const subject = await lab.makeCase({ place: at, sourceName: 'Film.AVI' });
    await writeFile(path.join(subject.folder, 'FILM.MKV'), 'another film');
    expect(await replace(subject)).toMatchObject({ kind: 'rejected', reason: { code: 'target_exists' } });
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    expect((await readdir(subject.folder)).sort()).toEqual(['FILM.MKV', 'Film.AVI']);
    expect(finalPathFor('/x/Film.MKV', 'mkv')).toBe('/x/Film.MKV');
  });

  it('keeps no owner and coarse times, and refuses hard links: the trash has a copy with its time', async (context) => {
    const at = await orSkip(context, () => mounts.exfat());
    const subject = await lab.makeCase({ place: at });
    const odd = 1_600_000_001.9876;
    await utimes(subject.sourcePath, odd, odd);
    const claimed = { ...subject.request.claimed };
    claimed.mtimeNs = (await new NodeFilePort().lstat(subject.sourcePath))?.mtimeNs ?? '';
    const outcome = await replace({ ...subject, request: { ...subject.request, claimed } });
    expect(outcome).toMatchObject({ kind: 'replaced' });
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    const { restores } = services(lab.dataSource);
    const [entry] = await lab.dataSource.query<{ id: number; trashPath: string }[]>(
      `SELECT "id", "trashPath" FROM "trash_entry" WHERE "libraryId" = ?`,
      [subject.library.id],
    );
    expect(await sha256Of(entry?.trashPath ?? '')).toBe(subject.originalSha);
    await restores.restore(entry?.id ?? 0);
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  });
});

describe('a folder that is there without its share', () => {
  it('puts the job off', async () => {
    const subject = await lab.makeCase();
    await rm(subject.library.path, { recursive: true });
    await mkdir(subject.library.path);
    expect(await check(subject)).toMatchObject({ kind: 'defer', reason: { code: 'library_missing' } });
  });
});
