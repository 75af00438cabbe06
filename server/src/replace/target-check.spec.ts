import { link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HardLinkPolicy } from '#contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import { ReplaceLab, type ReplaceCase } from '../../../test/support/replace-lab.js';
import { JobEntity } from '../jobs/job.entity.js';
import type { FilePort } from './file-port.js';
import { CHECK_NAME, TRASH_FOLDER } from './names.js';
import { PathLock } from './path-lock.js';
import { checkTarget, TargetCheck, type TargetOrder } from './target-check.js';

const GB = 1e9;

let lab: ReplaceLab;
beforeAll(async () => {
  lab = await ReplaceLab.open(true);
});
afterAll(() => lab.close());

async function order(
  subject: ReplaceCase,
  hardLinks: HardLinkPolicy = 'skip',
  expectedSize = 1,
): Promise<TargetOrder> {
  const { size, mtimeNs } = await stat(subject.sourcePath, { bigint: true });
  return {
    library: { path: subject.library.path, hardLinks },
    source: { path: subject.sourcePath, size: Number(size), mtimeNs: String(mtimeNs) },
    expectedSize,
  };
}

/** The real disk, but as full as is said. */
function portWith(free: (folder: string) => number | null = () => null, faults: Faults = {}): FilePort {
  const { port } = new FaultyPort(faults);
  return new Proxy(port, {
    get: (target, name, receiver) =>
      name === 'freeBytes'
        ? (folder: string) => Promise.resolve(free(folder))
        : (Reflect.get(target, name, receiver) as unknown),
  });
}

const allNames = async (subject: ReplaceCase) =>
  (await readdir(subject.library.path, { recursive: true })).sort();

describe('the check of a target', () => {
  it.each(['with a trash', 'without one yet'])(
    'finds nothing wrong, and leaves nothing, %s',
    async (which) => {
      const subject = await lab.makeCase();
      if (which === 'with a trash') await mkdir(path.join(subject.library.path, TRASH_FOLDER));
      const before = await allNames(subject);
      expect(await checkTarget(portWith(), await order(subject))).toBeNull();
      expect(await allNames(subject)).toEqual(before);
    },
  );

  it('takes away what a check that was cut short has left, and nothing that has content', async () => {
    const subject = await lab.makeCase();
    await writeFile(path.join(subject.folder, CHECK_NAME), '');
    expect(await checkTarget(portWith(), await order(subject))).toBeNull();
    expect(await readdir(subject.folder)).toEqual(['Film.mkv']);
    await writeFile(path.join(subject.folder, CHECK_NAME), 'x');
    expect(await checkTarget(portWith(), await order(subject))).toMatchObject({ kind: 'defer' });
    expect(await readdir(subject.folder)).toContain(CHECK_NAME);
  });

  it('puts off what has gone or changed: the next scan tells', async () => {
    const subject = await lab.makeCase();
    const was = await order(subject);
    const changed = { ...was, source: { ...was.source, size: 1 } };
    expect(await checkTarget(portWith(), changed)).toMatchObject({ reason: { code: 'source_changed' } });
    await rm(subject.sourcePath);
    expect(await checkTarget(portWith(), was)).toMatchObject({ reason: { code: 'source_missing' } });
    await rm(subject.library.path, { recursive: true });
    expect(await checkTarget(portWith(), was)).toMatchObject({
      kind: 'defer',
      reason: { code: 'library_missing', message: expect.stringContaining(subject.folder) as string },
    });
  });

  it.each([
    ['skip', 'skip'],
    ['wait', 'defer'],
    ['break', null],
  ] as const)('a file with two names, policy %s: %s', async (policy, kind) => {
    const subject = await lab.makeCase();
    await link(subject.sourcePath, path.join(lab.root, `seed-${policy}`));
    const verdict = await checkTarget(portWith(), await order(subject, policy));
    expect(verdict?.kind ?? null).toBe(kind);
    if (verdict !== null) expect(verdict.reason.code).toBe('hard_linked');
  });

  it.each([
    ['EROFS', 'target_not_writable'],
    ['EACCES', 'target_not_writable'],
    ['EPERM', 'target_not_writable'],
    ['ENOSPC', 'no_space'],
    ['EDQUOT', 'no_space'],
    ['ENOENT', 'library_missing'],
  ])('a folder that takes no file (%s) is %s', async (errno, code) => {
    const subject = await lab.makeCase();
    for (const place of ['', '-link']) {
      // Also the trash, where it takes no links.
      const refuse: Faults['refuse'] = (method, [name = '']) =>
        method === 'link'
          ? 'EPERM'
          : method === 'createNew' && name.endsWith(CHECK_NAME + place)
            ? errno
            : null;
      const verdict = await checkTarget(portWith(undefined, { refuse }), await order(subject));
      expect(verdict).toMatchObject({ kind: 'defer', reason: { code } });
      expect(verdict?.reason.message).toContain('tried again');
      expect(await allNames(subject)).toEqual(['Film (2001)', 'Film (2001)/Film.mkv']);
    }
  });

  it.each([
    // links, source, output, free: is there room?
    [true, 9 * GB, 4 * GB, 5 * GB, true],
    [true, 9 * GB, 4 * GB, 4 * GB, false],
    // The original is copied beside the new file.
    [false, 9 * GB, 4 * GB, 5 * GB, false],
    [false, 9 * GB, 4 * GB, 13 * GB, false],
    [false, 9 * GB, 4 * GB, 13.1 * GB, true],
  ])('links %s, source %d, output %d, free %d: room is %s', async (links, size, expectedSize, free, fits) => {
    const subject = await lab.makeCase();
    const refuse: Faults['refuse'] = (method) => (method === 'link' && !links ? 'EXDEV' : null);
    const wanted = await order(subject, 'skip', expectedSize);
    const port = portWith(() => free, { refuse });
    const real = await port.lstat(subject.sourcePath);
    // A file of that size, as far as anybody looks.
    const large = new Proxy(port, {
      get: (target, name, receiver) =>
        name === 'lstat'
          ? async (file: string) =>
              file === subject.sourcePath ? { ...real!, size } : await target.lstat(file)
          : (Reflect.get(target, name, receiver) as unknown),
    });
    const verdict = await checkTarget(large, { ...wanted, source: { ...wanted.source, size } });
    if (fits) expect(verdict).toBeNull();
    else expect(verdict).toMatchObject({ kind: 'defer', reason: { code: 'no_space' } });
  });
});

describe('TargetCheck', () => {
  it('looks only at jobs that replace a library file', async () => {
    const subject = await lab.makeCase();
    const check = new TargetCheck(
      lab.dataSource,
      new PathLock(),
      portWith(() => 0),
    );
    const { size, mtimeNs, path: file } = (await order(subject)).source;
    const inputs = [{ name: 'source', path: file, size, mtimeNs }];
    const job = Object.assign(new JobEntity(), subject.request.job, { inputs });
    expect(await check.check(job)).toMatchObject({ reason: { code: 'no_space' } });
    expect(await check.check(Object.assign(new JobEntity(), job, { ending: 'publish' }))).toBeNull();
    expect(await check.check(Object.assign(new JobEntity(), job, { libraryId: null }))).toBeNull();
  });

  it('does not wait for a share that hangs, nor ask it twice at once', async () => {
    const subject = await lab.makeCase();
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    const port = portWith(undefined, {
      before: async (method, [file]) => {
        if (method !== 'lstat' || file !== subject.sourcePath) return;
        asked += 1;
        await answer.promise;
      },
    });
    const check = new TargetCheck(lab.dataSource, new PathLock(), port);
    const { size, mtimeNs, path: file } = (await order(subject)).source;
    const job = Object.assign(new JobEntity(), subject.request.job, {
      inputs: [{ name: 'source', path: file, size, mtimeNs }],
    });
    const unreachable = { kind: 'defer', reason: { code: 'library_missing' } };
    expect(await check.check(job, 20)).toMatchObject(unreachable);
    expect(await check.check(job, 20)).toMatchObject(unreachable);
    expect(asked).toBe(1);
    answer.resolve();
    await expect.poll(() => check.check(job, 5000)).toBeNull();
  });
});
