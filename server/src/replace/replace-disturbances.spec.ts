import { chmod, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import { leftovers, ReplaceLab, services, sha256Of } from '../../../test/support/replace-lab.js';
import {
  expectReplaced,
  expectUntouched,
  MODES,
  run,
  trashOf,
} from '../../../test/support/replace-checks.js';

vi.setConfig({ testTimeout: 30_000 });

let lab: ReplaceLab;
beforeAll(async () => {
  lab = await ReplaceLab.open();
});
afterAll(() => lab.close());

describe('somebody else at the same file', () => {
  it.each(MODES)('wins when they replace it before it is linked or moved, $mode', async (options) => {
    const subject = await lab.makeCase(options);
    let done = false;
    const before: Faults['before'] = async (method, args) => {
      if (done || !/^(link|rename)$/.test(method) || args[0] !== subject.sourcePath) return;
      done = true;
      await writeFile(`${subject.sourcePath}.new`, 'a better release');
      await rename(`${subject.sourcePath}.new`, subject.sourcePath);
    };
    const { outcome } = await run(lab, subject, { before });
    expect(outcome).toMatchObject({ kind: 'rejected', reason: { code: 'source_changed' } });
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
    if (subject.finalPath !== subject.sourcePath) expect(await sha256Of(subject.finalPath)).toBeNull();
    expect(await leftovers(subject.library.path)).toEqual([]);
    expect(await trashOf(lab, subject)).toEqual([]);
  });

  it.each(MODES)('is not lost when they write to it at the last instant, $mode', async (options) => {
    const subject = await lab.makeCase(options);
    const before: Faults['before'] = async (method, args) => {
      const last = subject.sourcePath === subject.finalPath ? subject.finalPath : null;
      const toTrash = args[1]?.includes('.boilarr-trash') === true;
      if (method === 'rename' && (args[1] === last || toTrash))
        await writeFile(subject.sourcePath, 'edited in place');
    };
    const { outcome } = await run(lab, subject, { before });
    expect(outcome).toMatchObject({ kind: 'rejected', reason: { code: 'source_changed' } });
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('edited in place');
    expect(await leftovers(subject.library.path)).toEqual([]);
  });

  it('keeps the original in the trash when they replace the path after it was linked', async () => {
    const subject = await lab.makeCase();
    let linked = false;
    const before: Faults['before'] = async (method) => {
      if (linked && method === 'syncFolder') {
        linked = false;
        await writeFile(`${subject.sourcePath}.new`, 'a better release');
        await rename(`${subject.sourcePath}.new`, subject.sourcePath);
      }
      if (method === 'link') linked = true;
    };
    const { outcome } = await run(lab, subject, { before });
    expect(outcome.kind).toBe('rejected');
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
    const [entry] = await trashOf(lab, subject);
    expect(await sha256Of(entry!.trashPath)).toBe(subject.originalSha);
  });
});

describe('disks', () => {
  it.each(['copyNew', 'syncFile', 'createNew', 'mkdir', 'link', 'rename'])(
    'full at %s: put off, nothing touched',
    async (full) => {
      const subject = await lab.makeCase({ sourceName: 'Film.avi' });
      const toStage = (args: readonly string[]) => args[0] === subject.request.output.stagedPath;
      const { outcome } = await run(lab, subject, {
        refuse: (method, args) => {
          if (method === 'rename' && toStage(args) && full !== 'syncFile') return 'EXDEV';
          return method === full && !toStage(args)
            ? 'ENOSPC'
            : method === full && full === 'copyNew'
              ? 'ENOSPC'
              : null;
        },
      });
      expect(outcome).toMatchObject({ kind: 'deferred', reason: { code: 'no_space' } });
      await expectUntouched(lab, subject);
      // A file whose fsync failed is not kept: nobody can say what of it is on the disk.
      if (full !== 'syncFile') expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
    },
  );

  it('does not even begin a copy without room', async () => {
    const subject = await lab.makeCase();
    const faulty = new FaultyPort({ refuse: (method) => (method === 'rename' ? 'EXDEV' : null) });
    const port = faulty.port;
    const poor = new Proxy(port, {
      get: (target, name): unknown =>
        name === 'freeBytes' ? () => Promise.resolve(5000) : Reflect.get(target, name),
    });
    const outcome = await services(lab.dataSource, poor, faulty).replace.replace(subject.request);
    expect(outcome).toMatchObject({ kind: 'deferred', reason: { code: 'no_space' } });
    expect(faulty.calls.some((call) => call.startsWith('copyNew'))).toBe(false);
    await expectUntouched(lab, subject);
  });

  it('really brings an output from another file system', async () => {
    const shm = '/dev/shm';
    const other = await lstat(shm).catch(() => null);
    if (other === null || other.dev === (await stat(tmpdir())).dev) return;
    const workFolder = path.join(shm, path.basename(lab.root));
    await mkdir(workFolder);
    try {
      for (const options of MODES) {
        const subject = await lab.makeCase({ ...options, workFolder });
        const { outcome, calls } = await run(lab, subject);
        await expectReplaced(lab, subject, outcome);
        expect(calls.some((call) => call.startsWith('copyNew out.mkv'))).toBe(true);
        expect(await sha256Of(subject.request.output.stagedPath)).toBeNull();
      }
    } finally {
      await rm(workFolder, { recursive: true });
    }
  });
});

describe('metadata', () => {
  it('that cannot be kept is a warning', async () => {
    const subject = await lab.makeCase();
    const { outcome } = await run(lab, subject, {
      refuse: (method) => (method === 'copyMetadata' ? 'EPERM' : null),
    });
    await expectReplaced(lab, subject, outcome);
    expect(outcome).toMatchObject({ warnings: [expect.stringContaining('EPERM')] });
  });

  it('is kept without a cp that knows how', async () => {
    const subject = await lab.makeCase();
    await chmod(subject.sourcePath, 0o604);
    const bin = path.join(lab.root, 'bin');
    await mkdir(bin);
    await writeFile(path.join(bin, 'cp'), '#!/bin/sh\necho unknown option >&2\nexit 1\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    const { outcome } = await run(lab, subject);
    vi.unstubAllEnvs();
    await expectReplaced(lab, subject, outcome);
    expect(outcome).toMatchObject({ warnings: [expect.stringContaining('ACL and extended attributes')] });
    const status = await stat(subject.finalPath, { bigint: true });
    expect([Number(status.mode) & 0o777, String(status.mtimeNs)]).toEqual([
      0o604,
      subject.request.claimed.mtimeNs,
    ]);
  });
});
