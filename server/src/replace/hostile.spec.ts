import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import {
  leftovers,
  ReplaceLab,
  services,
  sha256,
  sha256Of,
  type ReplaceCase,
} from '../../../test/support/replace-lab.js';
import { OpenReplacementsCheck } from '../health/checks/open-replacements.check.js';
import { HistoryEntity } from '../history/history.entity.js';
import { closeReplacement } from './close-replacement.js';
import { NodeFilePort } from './file-port.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

let lab: ReplaceLab;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

function run(subject: ReplaceCase, faults: Faults): Promise<unknown> {
  const port = new FaultyPort({ quickMetadata: true, ...faults });
  return services(lab.dataSource, port.port, port)
    .replace.replace(subject.request)
    .catch((error: unknown) => error);
}

/** Kills a replacement after the first step that matches. */
async function killed(sourceName: string, step: RegExp): Promise<ReplaceCase> {
  const clean = new FaultyPort({ quickMetadata: true });
  const model = await lab.makeCase({ sourceName });
  await services(lab.dataSource, clean.port, clean).replace.replace(model.request);
  const subject = await lab.makeCase({ sourceName });
  await run(subject, { crashAfterStep: clean.steps.findIndex((line) => step.test(line)) + 1 });
  expect((await rowOf(subject)).state).toBe('open');
  return subject;
}

async function replaceFile(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

const rowOf = (subject: ReplaceCase) =>
  lab.dataSource.getRepository(ReplaceJournalEntity).findOneByOrFail({ libraryId: subject.library.id });
const historyOf = (subject: ReplaceCase) =>
  lab.dataSource.getRepository(HistoryEntity).findBy({ libraryId: subject.library.id });
const SWAPPED = /^rename \.boilarr-stage-\S+ Film/;
const LINKED = /^link Film\.mkv Film~/;

describe('somebody else between crash and recovery', () => {
  it('put a better release over the output: it stays, and the original has a trash entry', async () => {
    const subject = await killed('Film.mkv', SWAPPED);
    await replaceFile(subject.sourcePath, 'a better release');
    expect((await services(lab.dataSource).recovery.recover()).undone).toBe(1);
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
    const entry = await lab.dataSource
      .getRepository(TrashEntryEntity)
      .findOneByOrFail({ libraryId: subject.library.id });
    expect(await sha256Of(entry.trashPath)).toBe(subject.originalSha);
    expect(await historyOf(subject)).toMatchObject([
      {
        event: 'recovered',
        saving: 0,
        trashEntryId: entry.id,
        note: expect.stringContaining('undone by recovery') as unknown,
      },
    ]);
  });

  it('puts it there during the undo itself: theirs stays', async () => {
    const subject = await killed('Film.mkv', SWAPPED);
    // The original was written to, so that recovery goes back; the release comes right before the rename.
    const { trashPath } = await rowOf(subject);
    await writeFile(trashPath, 'edited in place');
    let looks = 0;
    const port = new FaultyPort({
      before: async (method, args) => {
        if (method === 'lstat' && args[0] === subject.sourcePath) looks += 1;
        if (looks === 3) {
          looks += 1;
          await replaceFile(subject.sourcePath, 'a better release');
        }
      },
    });
    await services(lab.dataSource, port.port, port).recovery.recover();
    expect(looks).toBeGreaterThan(3);
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
    expect(await readFile(trashPath, 'utf8')).toBe('edited in place');
  });

  it('deleted the source: what the trash holds goes back', async () => {
    const subject = await killed('Film.mkv', LINKED);
    await rm(subject.sourcePath);
    await services(lab.dataSource).recovery.recover();
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    expect(await leftovers(subject.library.path)).toEqual([]);
  });

  it('put a file of the same size and time there: it is told by its content', async () => {
    const subject = await killed('Film.mkv', LINKED);
    const { atime, mtime } = await stat(subject.sourcePath);
    await replaceFile(subject.sourcePath, 'x'.repeat(subject.originalSize));
    await utimes(subject.sourcePath, atime, mtime);
    await services(lab.dataSource).recovery.recover();
    expect(await sha256Of(subject.sourcePath)).toBe(sha256(Buffer.from('x'.repeat(subject.originalSize))));
  });

  it('moved the library: the row waits, health says so, and it is ended when it is back', async () => {
    const subject = await killed('Film.mkv', SWAPPED);
    const away = `${subject.library.path}.away`;
    await rename(subject.library.path, away);
    const { recovery } = services(lab.dataSource);
    expect((await recovery.recover()).left).toBe(1);
    const check = new OpenReplacementsCheck(lab.dataSource);
    expect(await check.check()).toMatchObject([
      {
        source: 'OpenReplacements',
        type: 'error',
        message: expect.stringContaining(subject.sourcePath) as unknown,
      },
    ]);
    await rename(away, subject.library.path);
    expect((await recovery.recover()).done).toBe(1);
    expect(await check.check()).toEqual([]);
  });

  it('left an empty folder with strange files where the share was: nothing is closed', async () => {
    const subject = await killed('Film.mkv', SWAPPED);
    const away = `${subject.library.path}.away`;
    await rename(subject.library.path, away);
    await mkdir(path.join(subject.folder, '@eaDir'), { recursive: true });
    const { recovery } = services(lab.dataSource);
    expect((await recovery.recover()).left).toBe(1);
    await rm(subject.library.path, { recursive: true });
    await rename(away, subject.library.path);
    expect((await recovery.recover()).done).toBe(1);
  });
});

describe('somebody else at the same library', () => {
  it('another server: its staged files and its trash are left alone', async () => {
    const subject = await killed('Film.mkv', LINKED);
    const foreign = path.join(subject.folder, '.boilarr-stage-0123456789abcdef.mkv');
    await writeFile(foreign, 'of another server');
    await services(lab.dataSource).recovery.recover();
    expect(await readFile(foreign, 'utf8')).toBe('of another server');
    expect(await sha256Of(subject.sourcePath)).not.toBeNull();
  });

  it('a file under the name that the trash was to use is not touched', async () => {
    const subject = await lab.makeCase();
    const all = services(lab.dataSource);
    const begin = all.journal.begin.bind(all.journal);
    let taken = '';
    all.journal.begin = async (values) => {
      taken = values.trashPath;
      await mkdir(path.dirname(taken), { recursive: true });
      await writeFile(taken, 'of another replacement');
      return begin(values);
    };
    await expect(all.replace.replace(subject.request)).rejects.toMatchObject({ open: false });
    expect(await readFile(taken, 'utf8')).toBe('of another replacement');
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  });

  it('inode numbers made out of paths do not stand in the way', async () => {
    const subject = await lab.makeCase();
    const port = new FaultyPort({ quickMetadata: true }).port;
    const pool = new Proxy(port, {
      get: (target, name) =>
        name === 'lstat'
          ? async (file: string) => {
              const facts = await target.lstat(file);
              return facts === null ? null : { ...facts, inode: `1:${file}` };
            }
          : (Reflect.get(target, name) as unknown),
    });
    expect(await services(lab.dataSource, pool).replace.replace(subject.request)).toMatchObject({
      kind: 'replaced',
    });
  });

  it('a release that comes while the source is copied to the trash stays', async () => {
    const subject = await lab.makeCase({ sourceName: 'Film.avi' });
    let copied = false;
    await run(subject, {
      refuse: (method, args) =>
        /^(link|rename)$/.test(method) && args[1]?.includes('~') === true ? 'EXDEV' : null,
      before: async (method, args) => {
        if (copied && method === 'syncFolder') {
          copied = false;
          await replaceFile(subject.sourcePath, 'a better release');
        }
        if (method === 'copyNew' && args[0] === subject.sourcePath) copied = true;
      },
    });
    expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
    const entry = await lab.dataSource
      .getRepository(TrashEntryEntity)
      .findOneBy({ libraryId: subject.library.id });
    expect(await sha256Of(entry?.trashPath ?? '')).toBe(subject.originalSha);
  });

  it('a second name that the node kept of its output cannot change it afterwards', async () => {
    const subject = await lab.makeCase();
    const second = `${subject.request.output.stagedPath}.second`;
    await link(subject.request.output.stagedPath, second);
    expect(await run(subject, {})).toMatchObject({ kind: 'replaced' });
    await writeFile(second, 'changed');
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
  });
});

it('an output of no bytes never takes a place', async () => {
  const subject = await lab.makeCase({ sourceName: 'Film.avi' });
  await writeFile(subject.request.output.stagedPath, '');
  Object.assign(subject.request.output, { size: 0, sha256: sha256(Buffer.alloc(0)) });
  expect(await run(subject, {})).toMatchObject({ kind: 'rejected', reason: { code: 'output_corrupt' } });
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
});

it('a clock that is set back changes no more than a date', async () => {
  const subject = await lab.makeCase();
  subject.request.closing.claimedAt = Date.now() + 86_400_000;
  expect(await run(subject, {})).toMatchObject({ kind: 'replaced' });
  expect(await historyOf(subject)).toMatchObject([{ elapsedSeconds: 0 }]);
});

it('a database from before: the row of a replacement that was put back since is undone, and moves nothing', async () => {
  const subject = await killed('Film.mkv', SWAPPED);
  const row = await rowOf(subject);
  const { recovery, restores } = services(lab.dataSource);
  await recovery.recover();
  const entry = await lab.dataSource
    .getRepository(TrashEntryEntity)
    .findOneByOrFail({ libraryId: subject.library.id });
  await restores.restore(entry.id);
  await lab.dataSource.getRepository(ReplaceJournalEntity).update({ id: row.id }, { state: 'open' });
  await recovery.recover();
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
});

it('the half copy of an undo that was cut short is removed, also when the place is taken by then', async () => {
  const refuse: Faults['refuse'] = (method, args) =>
    /^(link|rename)$/.test(method) && args.some((arg) => arg.includes('.boilarr-trash')) ? 'EXDEV' : null;
  const model = new FaultyPort({ quickMetadata: true, refuse });
  await services(lab.dataSource, model.port, model).replace.replace(
    (await lab.makeCase({ sourceName: 'Film.avi' })).request,
  );
  const subject = await lab.makeCase({ sourceName: 'Film.avi' });
  await run(subject, { refuse, crashAfterStep: model.steps.indexOf('unlink Film.avi') + 1 });
  await rm(subject.finalPath);
  await rm(path.join(subject.folder, (await leftovers(subject.folder))[0] ?? ''), { force: true });
  // An empty folder would pass for a share that is not mounted.
  await writeFile(path.join(subject.folder, 'folder.jpg'), 'picture');
  const dying = new FaultyPort({ quickMetadata: true, refuse, crashAfterStep: 3 });
  await expect(services(lab.dataSource, dying.port, dying).recovery.recover()).rejects.toThrow('killed');
  expect(dying.steps.at(-1)).toMatch(/^copyNew .*\.back$/);
  await writeFile(subject.sourcePath, 'a better release');
  await services(lab.dataSource).recovery.recover();
  expect(await leftovers(subject.library.path)).toEqual([]);
  expect(await readFile(subject.sourcePath, 'utf8')).toBe('a better release');
});

it('a row that somebody has closed already is not closed again', async () => {
  const subject = await lab.makeCase();
  await run(subject, {});
  const row = await rowOf(subject);
  const final = await new NodeFilePort().lstat(subject.finalPath);
  if (final === null) throw new Error('the output is not in its place');
  const { writer, webhooks } = services(lab.dataSource);
  const facts = { final, headTailHash: '', trash: null };
  await writer.write((manager) =>
    closeReplacement(manager, row, subject.library.path, facts, webhooks, true),
  );
  expect(await historyOf(subject)).toHaveLength(1);
  expect((await lab.savings(subject.library.id)).files).toBe(1);
});
