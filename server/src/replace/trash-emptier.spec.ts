import { lstat, mkdir, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import { ReplaceLab, services, sha256Of, type ReplaceCase } from '../../../test/support/replace-lab.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryService } from '../history/history.service.js';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import type { EmptiedBy } from './trash-emptier.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

vi.setConfig({ testTimeout: 60_000 });

let lab: ReplaceLab;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

/** A film that was replaced, with its original in the trash of a day that is over. */
interface Held {
  subject: ReplaceCase;
  id: number;
  trashPath: string;
}

async function held(): Promise<Held> {
  const subject = await lab.makeCase();
  await services(lab.dataSource).replace.replace(subject.request);
  const { id, trashPath } = await lab.dataSource
    .getRepository(TrashEntryEntity)
    .findOneByOrFail({ libraryId: subject.library.id });
  const day = path.dirname(path.dirname(trashPath));
  const past = path.join(path.dirname(day), '2020-02-29');
  await rename(day, past);
  const moved = trashPath.replace(day, past);
  await lab.dataSource.getRepository(TrashEntryEntity).update({ id }, { trashPath: moved });
  return { subject, id, trashPath: moved };
}

function empty(id: number, by: EmptiedBy = 'hand', faults: Faults = {}) {
  const port = new FaultyPort({ quickMetadata: true, ...faults });
  return services(lab.dataSource, port.port, port).emptier.empty(id, by);
}

function entryOf(id: number): Promise<TrashEntryEntity> {
  return lab.dataSource.getRepository(TrashEntryEntity).findOneByOrFail({ id });
}

async function inTrash(libraryId: number): Promise<number | undefined> {
  return (await lab.dataSource.getRepository(LibraryTallyEntity).findOneBy({ libraryId, status: 'in_trash' }))
    ?.size;
}

/** Everything below a library but the trash's own markers, with what it holds. */
async function contents(library: LibraryEntity): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  for (const name of await readdir(library.path, { recursive: true })) {
    const file = path.join(library.path, name);
    if ((await lstat(file)).isFile()) found[name] = await sha256Of(file);
  }
  return found;
}

let it1: Held;
beforeEach(async () => {
  it1 = await held();
});

describe('emptying', () => {
  it.each(['hand', 'limit'] as const)(
    'deletes the original for good (by %s), and its folders',
    async (by) => {
      const { subject, id, trashPath } = it1;
      const { library, originalSize } = subject;
      expect(await inTrash(library.id)).toBe(originalSize);
      expect(await empty(id, by)).toEqual({ kind: 'emptied', bytes: originalSize });
      expect(await sha256Of(trashPath)).toBeNull();
      expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
      const trash = path.join(library.path, '.boilarr-trash');
      expect((await readdir(trash)).sort()).toEqual(['.ignore', '.nomedia', '.plexignore']);
      const entry = await entryOf(id);
      expect(entry).toMatchObject({ state: 'emptied', note: null });
      expect(Date.now() - (entry.endedAt ?? 0)).toBeLessThan(60_000);
      expect(await inTrash(library.id)).toBe(0);
      expect(await lab.savings(library.id)).toMatchObject({
        files: 1,
        saved: originalSize - subject.newSize,
      });
      const page = await new HistoryService(lab.dataSource).list({
        ...{ page: 1, pageSize: 10, sortKey: 'at', sortDirection: 'ascending', libraryId: library.id },
      });
      expect(page.records).toMatchObject([{ event: 'replaced', inTrash: false }]);
    },
  );

  it('leaves the folder of a day on which something may still come in', async () => {
    const subject = await lab.makeCase();
    await services(lab.dataSource).replace.replace(subject.request);
    const { id, trashPath } = await lab.dataSource
      .getRepository(TrashEntryEntity)
      .findOneByOrFail({ libraryId: subject.library.id });
    await empty(id);
    expect(await readdir(path.dirname(trashPath))).toEqual([]);
  });

  it('keeps a folder in which something lies', async () => {
    await writeFile(path.join(path.dirname(it1.trashPath), 'mine.txt'), 'mine');
    expect(await empty(it1.id)).toMatchObject({ kind: 'emptied' });
    expect(await readdir(path.dirname(it1.trashPath))).toEqual(['mine.txt']);
  });

  it('marks what somebody has deleted already, and says so', async () => {
    await rm(path.dirname(path.dirname(it1.trashPath)), { recursive: true });
    expect(await empty(it1.id)).toEqual({ kind: 'emptied', bytes: 0 });
    expect(await entryOf(it1.id)).toMatchObject({
      state: 'emptied',
      note: 'was no longer there when the trash was emptied',
    });
  });

  it('marks nothing when there is only a trash that was made below the mount point', async () => {
    const { subject, id } = it1;
    await rename(subject.library.path, `${subject.library.path}-elsewhere`);
    await mkdir(path.join(subject.library.path, '.boilarr-trash'), { recursive: true });
    expect(await empty(id)).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('mounted') as unknown,
    });
    expect(await entryOf(id)).toMatchObject({ state: 'held', note: null });
  });

  it.each(['the library', 'its trash'])('marks nothing when %s is not there', async (what) => {
    const { library } = it1.subject;
    const folder = what === 'the library' ? library.path : path.join(library.path, '.boilarr-trash');
    await rename(folder, `${folder}-elsewhere`);
    const outcome = await empty(it1.id);
    expect(outcome).toMatchObject({ kind: 'unreachable' });
    expect('message' in outcome && outcome.message).toMatch(/Is the share mounted\?/);
    expect(await entryOf(it1.id)).toMatchObject({ state: 'held', note: null, endedAt: null });
  });

  it.each([
    ['was changed', async (file: string) => truncate(file, 1)],
    [
      'is a folder',
      async (file: string) => {
        await rm(file);
        await mkdir(file);
        await writeFile(path.join(file, 'inside'), 'mine');
      },
    ],
    [
      'is a link',
      async (file: string, other: string) => {
        await rm(file);
        await symlink(other, file);
      },
    ],
  ])('leaves what lies there when it %s', async (_what, change) => {
    const { subject, id, trashPath } = it1;
    await change(trashPath, subject.finalPath);
    expect(await empty(id)).toMatchObject({ kind: 'kept' });
    expect(await lstat(trashPath)).toBeDefined();
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    expect(await entryOf(id)).toMatchObject({
      state: 'held',
      note: `${trashPath} is not the file that was put there; it was left as it is`,
    });
  });

  it('does not follow a link out of the library', async () => {
    const { subject, id, trashPath } = it1;
    const outside = path.join(lab.root, `outside-${id}`);
    await rename(path.dirname(trashPath), outside);
    await symlink(outside, path.dirname(trashPath));
    expect(await empty(id)).toMatchObject({ kind: 'kept' });
    expect(await sha256Of(path.join(outside, path.basename(trashPath)))).toBe(subject.originalSha);
    expect((await entryOf(id)).note).toMatch(/by a symbolic link; it was left as it is/);
  });

  it.each([
    ['the library itself', (it: Held) => it.subject.finalPath],
    ['the trash of another', (it: Held) => it.trashPath.replace(it.subject.library.path, '/elsewhere')],
    [
      'a way out',
      (it: Held) => `${path.join(it.subject.library.path, '.boilarr-trash')}/../Film (2001)/Film.mkv`,
    ],
  ])('deletes nothing in %s, whatever the entry says', async (_what, where) => {
    const { subject, id } = it1;
    const before = await contents(subject.library);
    await lab.dataSource
      .getRepository(TrashEntryEntity)
      .update({ id }, { trashPath: where(it1), size: subject.newSize });
    expect(await empty(id)).toMatchObject({ kind: 'kept' });
    expect(await contents(subject.library)).toEqual(before);
    expect((await entryOf(id)).note).toMatch(/is not in the trash of/);
  });

  it('deletes by hand what was left by a library that is no longer looked after', async () => {
    await lab.dataSource.getRepository(LibraryEntity).delete({ id: it1.subject.library.id });
    expect(await empty(it1.id)).toEqual({ kind: 'emptied', bytes: it1.subject.originalSize });
    expect(await sha256Of(it1.trashPath)).toBeNull();
  });

  it('waits for recovery when a change of the file is still open', async () => {
    await lab.dataSource
      .getRepository(ReplaceJournalEntity)
      .update({ libraryId: it1.subject.library.id }, { state: 'open' });
    expect(await empty(it1.id)).toMatchObject({ kind: 'kept' });
    expect(await sha256Of(it1.trashPath)).toBe(it1.subject.originalSha);
  });

  it('and a restore never meet: one of the two is done', async () => {
    const { restores, emptier } = services(lab.dataSource);
    const [restored, emptied] = await Promise.allSettled([
      restores.restore(it1.id),
      emptier.empty(it1.id, 'hand'),
    ]);
    expect(restored.status).toBe('fulfilled');
    expect(emptied).toMatchObject({ value: { kind: 'kept' } });
    expect(await sha256Of(it1.subject.sourcePath)).toBe(it1.subject.originalSha);
    const other = await held();
    const [gone, refused] = await Promise.allSettled([
      emptier.empty(other.id, 'hand'),
      restores.restore(other.id),
    ]);
    expect(gone).toMatchObject({ value: { kind: 'emptied' } });
    expect(refused).toMatchObject({ reason: { message: expect.stringMatching(/emptied/) as string } });
    expect(await sha256Of(other.subject.finalPath)).toBe(other.subject.newSha);
  });
});

describe('the last copy', () => {
  const files = () => lab.dataSource.getRepository(MediaFileEntity);
  it.each<[string, RegExp, (it: Held) => Promise<unknown>]>([
    ['the replacement has been deleted', /is missing/, (it) => rm(it.subject.finalPath)],
    ['the replacement is empty', /is empty or no file/, (it) => truncate(it.subject.finalPath)],
    [
      'a scan missed the replacement',
      /is missing/,
      (it) => files().update({ id: it.subject.request.file.id }, { status: 'missing' }),
    ],
    [
      'no library knows the file',
      /no library knows/,
      (it) => files().delete({ id: it.subject.request.file.id }),
    ],
    [
      'the replacement was undone',
      /nothing took the place/,
      (it) =>
        lab.dataSource
          .getRepository(ReplaceJournalEntity)
          .update({ libraryId: it.subject.library.id }, { state: 'undone' }),
    ],
  ])('is kept beyond its time when %s, and deleted by hand all the same', async (_what, why, lose) => {
    await lose(it1);
    expect(await empty(it1.id, 'limit')).toMatchObject({ kind: 'kept' });
    expect(await sha256Of(it1.trashPath)).toBe(it1.subject.originalSha);
    const { note, state } = await entryOf(it1.id);
    expect(state).toBe('held');
    expect(note).toMatch(/^kept beyond its time: /);
    expect(note).toMatch(why);
    expect(await empty(it1.id, 'hand')).toMatchObject({ kind: 'emptied' });
    expect(await entryOf(it1.id)).toMatchObject({ state: 'emptied', note: null });
  });

  it('is not the one of a replacement that has moved on', async () => {
    const { subject, id } = it1;
    await rename(subject.finalPath, path.join(subject.folder, 'Better.mkv'));
    await files().update({ id: subject.request.file.id }, { name: 'Better.mkv' });
    expect(await empty(id, 'limit')).toMatchObject({ kind: 'emptied' });
  });
});

/** Nothing but the entry's own file may ever be missing. */
async function onlyTheEntryIsGone(it: Held, before: Record<string, string | null>): Promise<boolean> {
  const { [path.relative(it.subject.library.path, it.trashPath)]: own, ...others } = before;
  const { [path.relative(it.subject.library.path, it.trashPath)]: left, ...after } = await contents(
    it.subject.library,
  );
  expect(after).toEqual(others);
  if (left !== undefined) expect(left).toBe(own);
  return left === undefined;
}

async function callsOfACleanRun(): Promise<number> {
  const port = new FaultyPort();
  const it = await held();
  await services(lab.dataSource, port.port, port).emptier.empty(it.id, 'limit');
  const calls = port.calls.filter((call) => !call.startsWith('commit'));
  expect(calls.map((call) => call.split(' ')[0])).toEqual(
    expect.arrayContaining(['unlink', 'syncFolder', 'rmdir']),
  );
  return calls.length;
}

describe('whatever happens', () => {
  it('killed after any call, the next try ends it', async () => {
    const total = await callsOfACleanRun();
    const states = new Set<string>();
    for (let call = 1; call <= total; call += 1) {
      const it = await held();
      const before = await contents(it.subject.library);
      await empty(it.id, 'limit', { crashAfter: call }).catch(() => undefined);
      const gone = await onlyTheEntryIsGone(it, before);
      const { state } = await entryOf(it.id);
      states.add(`${gone ? 'gone' : 'there'}, ${state}`);
      expect(gone || state === 'held').toBe(true);
      await empty(it.id, 'limit');
      expect(await onlyTheEntryIsGone(it, before)).toBe(true);
      expect((await entryOf(it.id)).state).toBe('emptied');
      expect(await inTrash(it.subject.library.id)).toBe(0);
    }
    expect(states).toEqual(new Set(['there, held', 'gone, held', 'gone, emptied']));
  });

  it.each(['EIO', 'EACCES', 'EROFS'])('any call fails with %s, the next try ends it', async (code) => {
    const total = await callsOfACleanRun();
    for (let call = 1; call <= total; call += 1) {
      for (const done of code === 'EIO' ? [false, true] : [false]) {
        const it = await held();
        const before = await contents(it.subject.library);
        const outcome = await empty(it.id, 'limit', { failAt: { call, code, done } });
        const gone = await onlyTheEntryIsGone(it, before);
        const { state, note } = await entryOf(it.id);
        expect(state).toBe(outcome.kind === 'emptied' ? 'emptied' : 'held');
        expect(gone || state === 'held').toBe(true);
        if (state === 'held') {
          expect(outcome.kind).toBe('failed');
          expect(note).toContain(code);
          await empty(it.id, 'limit');
        }
        expect(await onlyTheEntryIsGone(it, before)).toBe(true);
        expect((await entryOf(it.id)).state).toBe('emptied');
      }
    }
  });
});
