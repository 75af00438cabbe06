import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runTool } from '#engine/tools/run-tool.js';
import { ReplaceLab, sha256, sha256Of } from '../../../test/support/replace-lab.js';
import { headTailHash } from '../common/head-tail-hash.js';
import { WebhookDeliveryEntity } from '../connect/webhook-delivery.entity.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryEntity } from '../history/history.entity.js';
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

describe.each(MODES)('a clean replacement, $mode', (options) => {
  it('puts the output in place, the original into the trash, and everything into the books', async () => {
    const subject = await lab.makeCase({ ...options, webhookUrl: 'http://127.0.0.1:9/hook' });
    const { outcome } = await run(lab, subject);
    await expectReplaced(lab, subject, outcome);
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
    const { calls } = await run(lab, subject);
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
    await run(lab, subject);
    const get = 'import os,sys; print(os.getxattr(sys.argv[1], "user.note").decode())';
    expect(await python(get, subject.finalPath)).toBe('kept');
  });

  it('leaves sidecars alone', async () => {
    const subject = await lab.makeCase(options);
    await writeFile(path.join(subject.folder, 'Film.en.srt'), 'text');
    const { outcome } = await run(lab, subject);
    await expectReplaced(lab, subject, outcome);
    expect(await readFile(path.join(subject.folder, 'Film.en.srt'), 'utf8')).toBe('text');
  });

  it.each(['EXDEV', 'EPERM', 'EOPNOTSUPP', 'EMLINK'])('does without hard links (%s)', async (code) => {
    const subject = await lab.makeCase(options);
    const { outcome } = await run(lab, subject, { refuse: (method) => (method === 'link' ? code : null) });
    await expectReplaced(lab, subject, outcome);
  });

  it('copies to the trash when neither link nor rename leads there', async () => {
    const subject = await lab.makeCase(options);
    const { outcome, calls } = await run(lab, subject, {
      refuse: (method, args) =>
        (method === 'link' || method === 'rename') && args[1]?.includes('.boilarr-trash') === true
          ? 'EXDEV'
          : null,
    });
    await expectReplaced(lab, subject, outcome);
    expect(calls.some((call) => call.startsWith('copyNew Film'))).toBe(true);
    const [entry] = await trashOf(lab, subject);
    expect(String((await stat(entry!.trashPath, { bigint: true })).mtimeNs)).toBe(
      subject.request.claimed.mtimeNs,
    );
  });

  it('copies the output in when it comes from another file system', async () => {
    const subject = await lab.makeCase(options);
    const { outcome } = await run(lab, subject, {
      refuse: (method, args) =>
        method === 'rename' && args[0] === subject.request.output.stagedPath ? 'EXDEV' : null,
    });
    await expectReplaced(lab, subject, outcome);
    expect(await sha256Of(subject.request.output.stagedPath)).toBeNull();
  });

  it('can be done again at the same path: the trash keeps both', async () => {
    const subject = await lab.makeCase(options);
    await run(lab, subject);
    const status = await stat(subject.finalPath, { bigint: true });
    const stagedPath = `${subject.request.output.stagedPath}.2`;
    const better = Buffer.from('smaller still');
    await writeFile(stagedPath, better);
    const { request } = subject;
    const { outcome } = await run(lab, {
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
    const inTrash = await Promise.all(
      (await trashOf(lab, subject)).map((entry) => sha256Of(entry.trashPath)),
    );
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
      run(lab, subject, { refuse: (method, args) => (matches(method, args) ? 'EIO' : null) }),
    ).rejects.toMatchObject({
      name: 'ReplaceFailure',
      open: false,
    });
    await expectUntouched(lab, subject);
    expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
  });
});

describe('names', () => {
  it.each(['a "quoted"; $(name) & é.mkv', '-rf.mkv', `${'ü'.repeat(125)}.mkv`, 'new\nline.mkv', 'MOVIE.MKV'])(
    'like %j are kept',
    async (sourceName) => {
      const subject = await lab.makeCase({ sourceName, directory: 'deep/er (x)/--opt' });
      subject.finalPath = subject.sourcePath;
      const { outcome } = await run(lab, subject);
      await expectReplaced(lab, subject, outcome);
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
    const { outcome } = await run(lab, subject);
    await expectReplaced(lab, subject, outcome);
    expect(await files.findOneBy({ id: stale.id })).toBeNull();
    expect(await files.findOneBy({ libraryId: subject.library.id, name: 'Film.mkv' })).toMatchObject({
      id: subject.request.file.id,
    });
  });
});
