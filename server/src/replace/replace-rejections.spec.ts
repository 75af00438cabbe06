import { link, mkdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Faults } from '../../../test/support/faulty-port.js';
import {
  leftovers,
  ReplaceLab,
  services,
  sha256Of,
  type ReplaceCase,
} from '../../../test/support/replace-lab.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { expectReplaced, expectUntouched, run } from '../../../test/support/replace-checks.js';

vi.setConfig({ testTimeout: 30_000 });

let lab: ReplaceLab;
beforeAll(async () => {
  lab = await ReplaceLab.open();
});
afterAll(() => lab.close());

describe('what is rejected', () => {
  async function expectRejected(subject: ReplaceCase, code: string, faults: Faults = {}): Promise<void> {
    const { outcome } = await run(lab, subject, faults);
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
    await expectUntouched(lab, subject);
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
    await expectUntouched(lab, subject);
  });

  it('a new name that another file has', async () => {
    const subject = await lab.makeCase({ sourceName: 'Film.avi' });
    await writeFile(subject.finalPath, 'another film');
    await expectRejected(subject, 'target_exists');
    await expectUntouched(lab, subject);
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
      await expectUntouched(lab, subject);
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
    const { outcome } = await run(lab, subject);
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
    expect((await run(lab, subject)).outcome).toMatchObject(putOff);
    expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
    await rename(aside, place);
    await expectReplaced(lab, subject, (await run(lab, subject)).outcome);
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
    const { outcome } = await run(lab, subject);
    expect(outcome.kind).toBe(kind);
    expect(await sha256Of(seeding)).toBe(subject.originalSha);
    if (kind === 'deferred') expect(await sha256Of(subject.request.output.stagedPath)).toBe(subject.newSha);
    if (kind === 'replaced') await expectReplaced(lab, subject, outcome);
    else await expectUntouched(lab, subject);
  });

  it('takes a waiting one when the other name has gone', async () => {
    const subject = await lab.makeCase({ hardLinks: 'wait' });
    const seeding = path.join(path.dirname(subject.library.path), 'seeding.mkv');
    await link(subject.sourcePath, seeding);
    await run(lab, subject);
    await rm(seeding);
    await expectReplaced(lab, subject, (await run(lab, subject)).outcome);
  });
});
