import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runTool } from '#engine/tools/run-tool.js';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import {
  leftovers,
  ReplaceLab,
  services,
  sha256,
  sha256Of,
  type ReplaceCase,
} from '../../../test/support/replace-lab.js';
import { headTailHash } from '../common/head-tail-hash.js';
import { WebhookDeliveryEntity } from '../connect/webhook-delivery.entity.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryEntity } from '../history/history.entity.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import type { ReplaceOutcome } from './replace.service.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

vi.setConfig({ testTimeout: 30_000 });

let lab: ReplaceLab;
beforeAll(async () => {
  lab = await ReplaceLab.open();
});
afterAll(() => lab.close());

const MODES = [
  { mode: 'same name', sourceName: 'Film.mkv', extension: 'mkv' },
  { mode: 'other extension', sourceName: 'Film.avi', extension: 'mkv' },
] as const;

async function run(
  subject: ReplaceCase,
  faults: Faults = {},
): Promise<{ outcome: ReplaceOutcome; calls: string[] }> {
  const faulty = new FaultyPort(faults);
  const outcome = await services(lab.dataSource, faulty.port, faulty).replace.replace(subject.request);
  return { outcome, calls: faulty.calls };
}

async function trashOf(subject: ReplaceCase): Promise<TrashEntryEntity[]> {
  return lab.dataSource
    .getRepository(TrashEntryEntity)
    .find({ where: { libraryId: subject.library.id, state: 'held' }, order: { id: 'ASC' } });
}

async function expectReplaced(subject: ReplaceCase, outcome: ReplaceOutcome): Promise<void> {
  expect(outcome).toMatchObject({ kind: 'replaced', finalPath: subject.finalPath });
  expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
  if (subject.sourcePath !== subject.finalPath) expect(await sha256Of(subject.sourcePath)).toBeNull();
  const [entry, ...more] = await trashOf(subject);
  expect(more).toEqual([]);
  expect(await sha256Of(entry!.trashPath)).toBe(subject.originalSha);
  expect(await leftovers(subject.library.path)).toEqual([]);
  expect(await lab.savings(subject.library.id)).toEqual({
    files: 1,
    sourceSize: subject.originalSize,
    saved: subject.originalSize - subject.newSize,
  });
  expect(await lab.jobState(subject.request.job.id)).toBe('completed');
}

async function expectUntouched(subject: ReplaceCase): Promise<void> {
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  expect(await leftovers(subject.library.path)).toEqual([]);
  expect(await trashOf(subject)).toEqual([]);
  expect((await lab.savings(subject.library.id)).files).toBe(0);
  expect(await lab.jobState(subject.request.job.id)).toBe('replacing');
}

describe.each(MODES)('a clean replacement, $mode', (options) => {
  it('puts the output in place, the original into the trash, and everything into the books', async () => {
    const subject = await lab.makeCase({ ...options, webhookUrl: 'http://127.0.0.1:9/hook' });
    const { outcome } = await run(subject);
    await expectReplaced(subject, outcome);
    const status = await stat(subject.finalPath, { bigint: true });
    expect(String(status.mtimeNs)).toBe(subject.request.claimed.mtimeNs);
    expect(Number(status.mode) & 0o777).toBe(0o640);

    const file = await lab.dataSource
      .getRepository(MediaFileEntity)
      .findOneByOrFail({ id: subject.request.file.id });
    expect(file).toMatchObject({
      directory: 'Film (2001)',
      name: 'Film.mkv',
      size: subject.newSize,
      mtimeNs: String(status.mtimeNs),
      inode: `${status.dev}:${status.ino}`,
      status: 'replaced',
      videoCodec: 'av1',
      profileHash: 'abc',
    });
    const history = await lab.dataSource
      .getRepository(HistoryEntity)
      .findBy({ libraryId: subject.library.id });
    expect(history).toMatchObject([
      {
        event: 'replaced',
        saving: subject.originalSize - subject.newSize,
        sourcePath: subject.sourcePath,
        command: 'ffmpeg -i a b',
      },
    ]);
    const hooks = await lab.dataSource
      .getRepository(WebhookDeliveryEntity)
      .find({ order: { id: 'DESC' }, take: 1 });
    expect(hooks[0]).toMatchObject({
      state: 'waiting',
      body: { event: 'file.replaced', finalPath: subject.finalPath },
    });
    const names = await readdir(path.join(subject.library.path, '.boilarr-trash'));
    expect(names).toEqual(expect.arrayContaining(['.ignore', '.plexignore', '.nomedia']));
    expect(await readFile(path.join(subject.library.path, '.boilarr-trash/.plexignore'), 'utf8')).toBe('*\n');
  });

  it('makes the staged file durable before the journal says so, and the journal before a name changes', async () => {
    const subject = await lab.makeCase(options);
    const { calls } = await run(subject);
    const order = (match: (call: string) => boolean) => calls.findLastIndex(match);
    const open = calls.indexOf('commit open');
    const swap = calls.findIndex((call, n) => n > open && /^(link|rename) /.test(call));
    const staged = calls.findLastIndex((call, n) => n < open && call.startsWith('syncFile .boilarr-stage-'));
    expect(staged).toBeGreaterThan(calls.findIndex((call) => call.startsWith('copyMetadata ')));
    expect(open).toBeGreaterThan(staged);
    expect(swap).toBeGreaterThan(open);
    const lastChange = order((call) => /^(link|rename) /.test(call));
    const lastFolder = order((call) => call.startsWith('syncFolder Film'));
    const done = calls.indexOf('commit done');
    expect(lastFolder).toBeGreaterThan(lastChange);
    expect(done).toBeGreaterThan(lastFolder);
  });

  it('keeps extended attributes where the file system has them', async () => {
    const subject = await lab.makeCase(options);
    const python = (code: string, file: string) =>
      runTool('python3', ['-c', code, file], { captureStdout: 1000 }).then((result) => result.stdout.trim());
    const set = await python(
      'import os,sys; os.setxattr(sys.argv[1], "user.note", b"kept")',
      subject.sourcePath,
    ).catch(() => null);
    if (set === null) return;
    await run(subject);
    const get = 'import os,sys; print(os.getxattr(sys.argv[1], "user.note").decode())';
    expect(await python(get, subject.finalPath)).toBe('kept');
  });

  it('leaves sidecars alone', async () => {
    const subject = await lab.makeCase(options);
    await writeFile(path.join(subject.folder, 'Film.en.srt'), 'text');
    const { outcome } = await run(subject);
    await expectReplaced(subject, outcome);
    expect(await readFile(path.join(subject.folder, 'Film.en.srt'), 'utf8')).toBe('text');
  });

  it.each(['EXDEV', 'EPERM', 'EOPNOTSUPP', 'EMLINK'])('does without hard links (%s)', async (code) => {
    const subject = await lab.makeCase(options);
    const { outcome } = await run(subject, { refuse: (method) => (method === 'link' ? code : null) });
    await expectReplaced(subject, outcome);
  });

  it('copies to the trash when neither link nor rename leads there', async () => {
    const subject = await lab.makeCase(options);
    const { outcome, calls } = await run(subject, {
      refuse: (method, args) =>
        (method === 'link' || method === 'rename') && args[1]?.includes('.boilarr-trash') === true
          ? 'EXDEV'
          : null,
    });
    await expectReplaced(subject, outcome);
    expect(calls.some((call) => call.startsWith('copyNew Film'))).toBe(true);
    const [entry] = await trashOf(subject);
    expect(String((await stat(entry!.trashPath, { bigint: true })).mtimeNs)).toBe(
      subject.request.claimed.mtimeNs,
    );
  });

  it('copies the output in when it comes from another file system', async () => {
    const subject = await lab.makeCase(options);
    const { outcome } = await run(subject, {
      refuse: (method, args) =>
        method === 'rename' && args[0] === subject.request.output.stagedPath ? 'EXDEV' : null,
    });
    await expectReplaced(subject, outcome);
    expect(await sha256Of(subject.request.output.stagedPath)).toBeNull();
  });

  it('can be done again at the same path: the trash keeps both', async () => {
    const subject = await lab.makeCase(options);
    await run(subject);
    const status = await stat(subject.finalPath, { bigint: true });
    const stagedPath = `${subject.request.output.stagedPath}.2`;
    const better = Buffer.from('smaller still');
    await writeFile(stagedPath, better);
    const { request } = subject;
    const { outcome } = await run({
      ...subject,
      request: {
        ...request,
        job: await lab.makeJob({ libraryId: subject.library.id, fileId: request.file.id }),
        claimed: {
          path: subject.finalPath,
          size: subject.newSize,
          mtimeNs: String(status.mtimeNs),
          headTailHash: await headTailHash(subject.finalPath),
        },
        output: { ...request.output, stagedPath, size: better.length, sha256: sha256(better) },
      },
    });
    expect(outcome.kind).toBe('replaced');
    const inTrash = await Promise.all((await trashOf(subject)).map((entry) => sha256Of(entry.trashPath)));
    expect(inTrash).toEqual([subject.originalSha, subject.newSha]);
    expect(await lab.savings(subject.library.id)).toMatchObject({
      files: 2,
      saved: subject.originalSize - better.length,
    });
  });

  it.each([
    [
      'EIO at the swap',
      (method: string, args: readonly string[]) =>
        method === 'rename' && !args.some((arg) => arg.includes('/work-')),
    ],
    ['EACCES for the trash', (method: string) => method === 'mkdir'],
  ])('throws, undoes all and keeps the output: %s', async (_name, matches) => {
    const subject = await lab.makeCase(options);
    await expect(
      run(subject, { refuse: (method, args) => (matches(method, args) ? 'EIO' : null) }),
    ).rejects.toMatchObject({
      name: 'ReplaceFailure',
      open: false,
    });
    await expectUntouched(subject);
    expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
  });
});

describe('what is rejected', () => {
  async function expectRejected(subject: ReplaceCase, code: string, faults: Faults = {}): Promise<void> {
    const { outcome } = await run(subject, faults);
    expect(outcome).toMatchObject({ kind: 'rejected', reason: { code } });
    expect(await leftovers(subject.library.path)).toEqual([]);
    expect((await lab.savings(subject.library.id)).files).toBe(0);
    expect(await sha256Of(subject.request.output.stagedPath)).toBeNull();
    expect(
      await lab.dataSource
        .getRepository(ReplaceJournalEntity)
        .countBy({ libraryId: subject.library.id, state: 'open' }),
    ).toBe(0);
  }

  it('an output that is not what the node had made', async () => {
    const subject = await lab.makeCase();
    const size = subject.newSize;
    await writeFile(subject.request.output.stagedPath, Buffer.alloc(size));
    await expectRejected(subject, 'output_corrupt');
    await expectUntouched(subject);
    const short = await lab.makeCase();
    await writeFile(short.request.output.stagedPath, 'short');
    await expectRejected(short, 'output_corrupt');
    const missing = await lab.makeCase();
    await rm(missing.request.output.stagedPath);
    await expectRejected(missing, 'output_missing');
  });

  it('a source that changed, by as little as its time', async () => {
    const subject = await lab.makeCase();
    await utimes(subject.sourcePath, 1, 1);
    await expectRejected(subject, 'source_changed');
    const gone = await lab.makeCase();
    await rm(gone.sourcePath);
    await expectRejected(gone, 'source_missing');
  });

  it('a source that changed within, with size and time as they were', async () => {
    const subject = await lab.makeCase();
    const before = await stat(subject.sourcePath);
    await writeFile(subject.sourcePath, Buffer.alloc(subject.originalSize));
    await utimes(subject.sourcePath, before.atime, before.mtime);
    subject.request.claimed.mtimeNs = String((await stat(subject.sourcePath, { bigint: true })).mtimeNs);
    await expectRejected(subject, 'source_changed');
  });

  it('what the gate refuses', async () => {
    const subject = await lab.makeCase();
    subject.request.gate = () =>
      Promise.resolve({ accepted: false, reason: { code: 'too_small_saving', message: 'no' } });
    await expectRejected(subject, 'too_small_saving');
    await expectUntouched(subject);
  });

  it('a new name that another file has', async () => {
    const subject = await lab.makeCase({ sourceName: 'Film.avi' });
    await writeFile(subject.finalPath, 'another film');
    await expectRejected(subject, 'target_exists');
    await expectUntouched(subject);
    expect(await readFile(subject.finalPath, 'utf8')).toBe('another film');
  });

  it.each(['', 'another film'])(
    'a new name that somebody takes at the last moment ("%s")',
    async (content) => {
      const subject = await lab.makeCase({ sourceName: 'Film.avi' });
      const before: Faults['before'] = async (method, args) => {
        if (method === 'link' && args[1] === subject.finalPath) await writeFile(subject.finalPath, content);
      };
      await expectRejected(subject, 'target_exists', { before });
      await expectUntouched(subject);
      expect(await readFile(subject.finalPath, 'utf8')).toBe(content);
    },
  );

  it('a folder that has become a symbolic link out of the library', async () => {
    const subject = await lab.makeCase();
    const outside = path.join(path.dirname(subject.library.path), 'outside');
    await rename(subject.folder, outside);
    await symlink(outside, subject.folder);
    await expectRejected(subject, 'outside_library');
    expect(await sha256Of(path.join(outside, 'Film.mkv'))).toBe(subject.originalSha);
  });

  it('a folder that becomes one while the gate is asked', async () => {
    const subject = await lab.makeCase();
    const outside = path.join(path.dirname(subject.library.path), 'outside');
    subject.request.gate = async () => {
      await rename(subject.folder, outside);
      await symlink(outside, subject.folder);
      return { accepted: true };
    };
    const { outcome } = await run(subject);
    expect(outcome).toMatchObject({ kind: 'rejected', reason: { code: 'outside_library' } });
    expect(await sha256Of(path.join(outside, 'Film.mkv'))).toBe(subject.originalSha);
  });

  it.each<[string, (subject: ReplaceCase) => string]>([
    ['folder', (subject) => subject.folder],
    ['share', (subject) => subject.library.path],
  ])('nothing, while its %s is gone: it is put off, and the output kept', async (_what, gone) => {
    const subject = await lab.makeCase();
    const [place, aside] = [gone(subject), `${gone(subject)}-aside`];
    await rename(place, aside);
    const putOff = { kind: 'deferred', reason: { code: 'library_missing' } };
    expect(await services(lab.dataSource).replace.precheck(subject.request)).toMatchObject(putOff);
    expect((await run(subject)).outcome).toMatchObject(putOff);
    expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
    await rename(aside, place);
    await expectReplaced(subject, (await run(subject)).outcome);
  });

  it('nothing, when a film lay at the top of a share that is not mounted', async () => {
    const subject = await lab.makeCase();
    const { library, claimed, output } = subject.request;
    claimed.path = path.join(library.path, 'Film.mkv');
    await rename(subject.folder, `${library.path}-aside`);
    const { replace } = services(lab.dataSource);
    expect(await replace.precheck(subject.request)).toMatchObject({
      kind: 'deferred',
      reason: { code: 'library_missing' },
    });
    expect(await sha256Of(output.stagedPath)).toBe(subject.newSha);
    // With other films there it has really been deleted.
    await mkdir(path.join(library.path, 'Another film'));
    expect(await replace.precheck(subject.request)).toMatchObject({
      kind: 'rejected',
      reason: { code: 'source_missing' },
    });
  });

  it('a name that would become too long, and a source that is a symbolic link', async () => {
    const long = await lab.makeCase({ sourceName: `${'x'.repeat(252)}.ts` });
    await expectRejected(long, 'name_too_long');
    const linked = await lab.makeCase();
    await rename(linked.sourcePath, `${linked.sourcePath}.real`);
    await symlink(`${linked.sourcePath}.real`, linked.sourcePath);
    await expectRejected(linked, 'source_changed');
  });
});

describe('hard links', () => {
  it.each([
    ['skip', 'rejected'],
    ['wait', 'deferred'],
    ['break', 'replaced'],
  ] as const)('with the policy %s: %s', async (hardLinks, kind) => {
    const subject = await lab.makeCase({ hardLinks });
    const seeding = path.join(path.dirname(subject.library.path), 'seeding.mkv');
    await link(subject.sourcePath, seeding);
    const { outcome } = await run(subject);
    expect(outcome.kind).toBe(kind);
    expect(await sha256Of(seeding)).toBe(subject.originalSha);
    if (kind === 'deferred') expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
    if (kind === 'replaced') await expectReplaced(subject, outcome);
    else await expectUntouched(subject);
  });

  it('takes a waiting one when the other name has gone', async () => {
    const subject = await lab.makeCase({ hardLinks: 'wait' });
    const seeding = path.join(path.dirname(subject.library.path), 'seeding.mkv');
    await link(subject.sourcePath, seeding);
    await run(subject);
    await rm(seeding);
    await expectReplaced(subject, (await run(subject)).outcome);
  });
});

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
    const { outcome } = await run(subject, { before });
    expect(outcome).toMatchObject({ kind: 'rejected', reason: { code: 'source_changed' } });
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
    if (subject.finalPath !== subject.sourcePath) expect(await sha256Of(subject.finalPath)).toBeNull();
    expect(await leftovers(subject.library.path)).toEqual([]);
    expect(await trashOf(subject)).toEqual([]);
  });

  it.each(MODES)('is not lost when they write to it at the last instant, $mode', async (options) => {
    const subject = await lab.makeCase(options);
    const before: Faults['before'] = async (method, args) => {
      const last = subject.sourcePath === subject.finalPath ? subject.finalPath : null;
      const toTrash = args[1]?.includes('.boilarr-trash') === true;
      if (method === 'rename' && (args[1] === last || toTrash))
        await writeFile(subject.sourcePath, 'edited in place');
    };
    const { outcome } = await run(subject, { before });
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
    const { outcome } = await run(subject, { before });
    expect(outcome.kind).toBe('rejected');
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
    const [entry] = await trashOf(subject);
    expect(await sha256Of(entry!.trashPath)).toBe(subject.originalSha);
  });
});

describe('disks', () => {
  it.each(['copyNew', 'syncFile', 'createNew', 'mkdir', 'link', 'rename'])(
    'full at %s: put off, nothing touched',
    async (full) => {
      const subject = await lab.makeCase({ sourceName: 'Film.avi' });
      const toStage = (args: readonly string[]) => args[0] === subject.request.output.stagedPath;
      const { outcome } = await run(subject, {
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
      await expectUntouched(subject);
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
    await expectUntouched(subject);
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
        const { outcome, calls } = await run(subject);
        await expectReplaced(subject, outcome);
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
    const { outcome } = await run(subject, {
      refuse: (method) => (method === 'copyMetadata' ? 'EPERM' : null),
    });
    await expectReplaced(subject, outcome);
    expect(outcome).toMatchObject({ warnings: [expect.stringContaining('EPERM')] });
  });

  it('is kept without a cp that knows how', async () => {
    const subject = await lab.makeCase();
    await chmod(subject.sourcePath, 0o604);
    const bin = path.join(lab.root, 'bin');
    await mkdir(bin);
    await writeFile(path.join(bin, 'cp'), '#!/bin/sh\necho unknown option >&2\nexit 1\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    const { outcome } = await run(subject);
    vi.unstubAllEnvs();
    await expectReplaced(subject, outcome);
    expect(outcome).toMatchObject({ warnings: [expect.stringContaining('ACL and extended attributes')] });
    const status = await stat(subject.finalPath, { bigint: true });
    expect([Number(status.mode) & 0o777, String(status.mtimeNs)]).toEqual([
      0o604,
      subject.request.claimed.mtimeNs,
    ]);
  });
});

describe('names', () => {
  it.each(['a "quoted"; $(name) & é.mkv', '-rf.mkv', `${'ü'.repeat(125)}.mkv`, 'new\nline.mkv', 'MOVIE.MKV'])(
    'like %j are kept',
    async (sourceName) => {
      const subject = await lab.makeCase({ sourceName, directory: 'deep/er (x)/--opt' });
      subject.finalPath = subject.sourcePath;
      const { outcome } = await run(subject);
      await expectReplaced(subject, outcome);
    },
  );

  it('the files table makes room at a name that it still knows', async () => {
    const subject = await lab.makeCase({ sourceName: 'Film.avi' });
    const files = lab.dataSource.getRepository(MediaFileEntity);
    const stale = await files.save({
      libraryId: subject.library.id,
      directory: subject.request.file.directory,
      name: 'Film.mkv',
      size: 1,
      mtimeNs: '1',
      inode: '1:1',
      status: 'missing',
      updatedAt: 0,
    });
    const { outcome } = await run(subject);
    await expectReplaced(subject, outcome);
    expect(await files.findOneBy({ id: stale.id })).toBeNull();
    expect(await files.findOneBy({ libraryId: subject.library.id, name: 'Film.mkv' })).toMatchObject({
      id: subject.request.file.id,
    });
  });
});
