import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultyPort } from '../../../test/support/faulty-port.js';
import { ReplaceLab, services } from '../../../test/support/replace-lab.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { TrashKeptCheck } from '../health/checks/trash-kept.check.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

vi.setConfig({ testTimeout: 60_000 });

const DAY = 24 * 3600 * 1000;
const NOW = Date.parse('2026-06-15T12:00:00Z');
const RUNNING = new AbortController().signal;

let lab: ReplaceLab;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

beforeEach(async () => {
  // The limits go over all libraries.
  await lab.dataSource.getRepository(LibraryEntity).clear();
  await lab.dataSource.getRepository(TrashEntryEntity).clear();
});

interface Original {
  /** days */
  age: number;
  /** bytes */
  size: number;
  /** what lies in its place is there */
  replaced: boolean;
  /** somebody has deleted it from the trash */
  gone: boolean;
}

interface Trash {
  library: LibraryEntity;
  ids: number[];
}

const limits = () => services(lab.dataSource).limits;
const entries = () => lab.dataSource.getRepository(TrashEntryEntity);

/** A library whose trash holds these, with real files. */
async function trashOf(
  originals: readonly Original[],
  settings: Partial<Pick<LibraryEntity, 'trashKeepDays' | 'trashMaximumSize'>>,
): Promise<Trash> {
  const { library } = await lab.makeCase();
  const { manager } = lab.dataSource;
  const limitsOfIt = { trashKeepDays: 0, trashMaximumSize: 0, ...settings };
  await manager.update(LibraryEntity, { id: library.id }, limitsOfIt);
  await mkdir(path.join(library.path, '.boilarr-trash'));
  const ids: number[] = [];
  for (const [index, original] of originals.entries()) {
    const createdAt = NOW - original.age * DAY;
    const name = `${index}.mkv`;
    const folder = path.join(library.path, '.boilarr-trash', new Date(createdAt).toISOString().slice(0, 10));
    const trashPath = path.join(folder, name);
    await mkdir(folder, { recursive: true });
    if (!original.gone) await writeFile(trashPath, Buffer.alloc(original.size));
    if (original.replaced) await writeFile(path.join(library.path, name), 'new');
    const file = await manager.save(MediaFileEntity, {
      ...{ libraryId: library.id, directory: '', name, size: 3, mtimeNs: '1', inode: '1:1' },
      ...{ status: 'replaced' as const, updatedAt: 0 },
    });
    const place = { sourcePath: path.join(library.path, name), finalPath: path.join(library.path, name) };
    const journal = await manager.save(ReplaceJournalEntity, {
      ...place,
      ...{ kind: 'replace' as const, state: 'done' as const, fileId: file.id, libraryId: library.id },
      ...{ deliveredPath: '', stagedPath: '', trashPath, sourceSize: 1, sourceMtimeNs: '1', sourceHash: 'x' },
      ...{ stagedSize: 1, stagedSha256: '', closing: {} as never, openedAt: 0 },
    });
    const entry = await entries().save({
      ...{ libraryId: library.id, fileId: file.id, journalId: journal.id, state: 'held' as const },
      ...{ originalPath: place.sourcePath, replacementPath: place.finalPath, trashPath },
      ...{ size: original.size, createdAt },
    });
    ids.push(entry.id);
  }
  return { library, ids };
}

/** Indices of the originals that a library's limits take away, oldest first; of one age, the first that came in. */
function model(originals: readonly Original[], days: number, maximum: number): number[] {
  let total = originals.reduce((sum, original) => sum + original.size, 0);
  const emptied: number[] = [];
  const oldestFirst = originals
    .map((original, index) => ({ ...original, index }))
    .sort((a, b) => b.age - a.age || a.index - b.index);
  for (const { index, age, size, replaced, gone } of oldestFirst) {
    const tooOld = days > 0 && age >= days;
    const tooMuch = maximum > 0 && total > maximum;
    if (!(tooOld || tooMuch) || !(replaced || gone)) continue;
    emptied.push(index);
    total -= size;
  }
  return emptied.sort((a, b) => a - b);
}

async function emptied({ ids }: Trash): Promise<number[]> {
  const rows = await entries().findBy({ state: 'emptied' });
  return ids.flatMap((id, index) => (rows.some((row) => row.id === id) ? [index] : []));
}

const original = (age: number, size = 10): Original => ({ age, size, replaced: true, gone: false });

describe('the limits of a trash', () => {
  it('take away what a simple model says, and leave every other file', async () => {
    const anOriginal = fc.record({
      age: fc.integer({ min: 0, max: 12 }),
      size: fc.integer({ min: 1, max: 50 }),
      replaced: fc.boolean(),
      gone: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anOriginal, { maxLength: 8 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 150 }),
        async (originals, trashKeepDays, trashMaximumSize) => {
          const trash = await trashOf(originals, { trashKeepDays, trashMaximumSize });
          await limits().apply(RUNNING, NOW);
          const gone = model(originals, trashKeepDays, trashMaximumSize);
          expect(await emptied(trash)).toEqual(gone);
          for (const [index, id] of trash.ids.entries()) {
            const { trashPath, originalPath } = await entries().findOneByOrFail({ id });
            expect(existsSync(trashPath)).toBe(!originals[index]!.gone && !gone.includes(index));
            expect(existsSync(originalPath)).toBe(originals[index]!.replaced);
          }
          // Libraries of earlier runs would be gone over again.
          await lab.dataSource.getRepository(LibraryEntity).delete({ id: trash.library.id });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('mean nothing when they are 0', async () => {
    const trash = await trashOf([original(5000, 1_000_000)], {});
    expect(await limits().apply(RUNNING, NOW)).toMatchObject({ deleted: 0, kept: 0 });
    expect(await emptied(trash)).toEqual([]);
  });

  it('hold for more entries than are read at a time, past those that are kept', async () => {
    const many = Array.from({ length: 230 }, (_, index) => ({ ...original(20, 1), replaced: index >= 120 }));
    const trash = await trashOf([...many, original(1, 1)], { trashKeepDays: 10 });
    const report = await limits().apply(RUNNING, NOW);
    expect(report).toMatchObject({ deleted: 110, bytes: 110, kept: 120 });
    expect(report.messages).toHaveLength(5);
    expect(await emptied(trash)).toEqual(Array.from({ length: 110 }, (_, index) => index + 120));
  });

  it('touch nothing while the share is not mounted', async () => {
    const trash = await trashOf([original(20), original(20)], { trashKeepDays: 10 });
    await rename(trash.library.path, `${trash.library.path}-elsewhere`);
    const report = await limits().apply(RUNNING, NOW);
    expect(report).toMatchObject({ deleted: 0, kept: 1 });
    expect(await entries().countBy({ libraryId: trash.library.id, state: 'held' })).toBe(2);
    await rename(`${trash.library.path}-elsewhere`, trash.library.path);
    expect(await limits().apply(RUNNING, NOW)).toMatchObject({ deleted: 2 });
  });

  it('give up on a library whose disk fails, and not on the next', async () => {
    const bad = await trashOf(
      Array.from({ length: 12 }, () => original(20)),
      { trashKeepDays: 10 },
    );
    const good = await trashOf([original(20)], { trashKeepDays: 10 });
    const refuse = (method: string, args: readonly string[]) =>
      method === 'unlink' && args[0]?.startsWith(bad.library.path) === true ? 'EIO' : null;
    const report = await services(lab.dataSource, new FaultyPort({ refuse }).port).limits.apply(RUNNING, NOW);
    expect(report).toMatchObject({ deleted: 1, kept: 5 });
    expect(await emptied(good)).toEqual([0]);
    expect(await limits().apply(RUNNING, NOW)).toMatchObject({ deleted: 12 });
  });

  it('end between two files when the server stops', async () => {
    const trash = await trashOf([original(20), original(19), original(18)], { trashKeepDays: 10 });
    const stop = new AbortController();
    const port = new FaultyPort({
      before: (method) => {
        if (method === 'unlink') stop.abort();
      },
    });
    await services(lab.dataSource, port.port).limits.apply(stop.signal, NOW);
    expect(await emptied(trash)).toEqual([0]);
    await limits().apply(RUNNING, NOW);
  });

  it('are told of in health while something is kept, and no longer', async () => {
    const check = new TrashKeptCheck(lab.dataSource);
    expect(await check.check()).toEqual([]);
    const trash = await trashOf([{ ...original(20), replaced: false }, original(1)], { trashKeepDays: 10 });
    await limits().apply(RUNNING, NOW);
    const notices = await check.check();
    expect(notices).toMatchObject([{ source: 'TrashKept', type: 'warning' }]);
    expect(notices[0]!.message).toMatch(
      /^the trash of library .+ still holds one file that should have been deleted\. Why: kept beyond its time: .+\/0\.mkv is missing\. Put it back, or delete it by hand\.$/,
    );
    await lab.dataSource.manager.update(LibraryEntity, { id: trash.library.id }, { trashKeepDays: 30 });
    await limits().apply(RUNNING, NOW);
    expect(await check.check()).toEqual([]);
    expect(await entries().findOneByOrFail({ id: trash.ids[0]! })).toMatchObject({
      state: 'held',
      note: null,
    });
  });

  it('find what they need by an index', async () => {
    const plan = (sql: string) =>
      lab.dataSource
        .query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`)
        .then((rows) => rows.map((row) => row.detail).join('; '));
    expect(
      await plan(
        `SELECT "id" FROM "trash_entry" WHERE "libraryId" = 1 AND "state" = 'held'
         AND ("createdAt", "id") > (1, 1) ORDER BY "createdAt", "id" LIMIT 100`,
      ),
    ).toBe(
      'SEARCH trash_entry USING COVERING INDEX trash_entry_age (libraryId=? AND state=? AND createdAt>?)',
    );
    // By number, not sorted: there may be a million of them.
    expect(
      await plan(`SELECT "id" FROM "trash_entry" WHERE +"state" = 'held' AND "id" > 1 AND "id" <= 9
        ORDER BY "id" LIMIT 100`),
    ).toBe('SEARCH trash_entry USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)');
  });
});

describe('empty folders', () => {
  it('of days that are over go, with none of what lies in them', async () => {
    const trash = await trashOf([original(20)], { trashKeepDays: 30 });
    const root = path.join(trash.library.path, '.boilarr-trash');
    const day = (age: number) => path.join(root, new Date(NOW - age * DAY).toISOString().slice(0, 10));
    await mkdir(path.join(day(25), 'Film (2001)', 'deep'), { recursive: true });
    await mkdir(path.join(day(24), 'Show'), { recursive: true });
    await writeFile(path.join(day(24), 'Show', 'mine.txt'), '');
    await mkdir(path.join(day(20), 'still used'), { recursive: true });
    await mkdir(path.join(day(1), 'today or so'), { recursive: true });
    await mkdir(path.join(root, 'not a day'));
    await limits().apply(RUNNING, NOW);
    expect((await readdir(root)).sort()).toEqual(
      [path.basename(day(24)), path.basename(day(20)), path.basename(day(1)), 'not a day'].sort(),
    );
    expect(await readdir(day(24))).toEqual(['Show']);
    expect((await readdir(day(20))).sort()).toEqual(['0.mkv', 'still used']);
  });
});

describe('emptying all', () => {
  it('deletes the last copies too, of one library alone or of all', async () => {
    const one = await trashOf([original(3), { ...original(2), replaced: false }], {});
    const other = await trashOf([original(3)], {});
    const removed = await trashOf([original(3)], {});
    await lab.dataSource.getRepository(LibraryEntity).delete({ id: removed.library.id });
    expect(await limits().emptyAll(one.library.id, RUNNING)).toMatchObject({
      deleted: 2,
      bytes: 20,
      kept: 0,
    });
    expect(await emptied(other)).toEqual([]);
    await rm(path.join(other.library.path, '.boilarr-trash'), { recursive: true });
    const unreachable = await trashOf([original(3), original(3)], {});
    await rename(unreachable.library.path, `${unreachable.library.path}-elsewhere`);
    await limits().emptyAll(undefined, RUNNING);
    expect(await emptied(removed)).toEqual([0]);
    expect(await emptied(other)).toEqual([]);
    expect(await entries().countBy({ libraryId: unreachable.library.id, state: 'held' })).toBe(2);
  });
});
