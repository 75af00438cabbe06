import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConflictException, InternalServerErrorException, Logger, NotFoundException } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultyPort } from '../../../test/support/faulty-port.js';
import { ReplaceLab, services, sha256Of, type ReplaceCase } from '../../../test/support/replace-lab.js';
import { CommandsService } from '../commands/commands.service.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

const DAY = 24 * 3600 * 1000;

let lab: ReplaceLab;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

interface Held {
  subject: ReplaceCase;
  entry: TrashEntryEntity;
}

async function held(): Promise<Held> {
  const subject = await lab.makeCase({ sourceName: 'Film.avi' });
  await services(lab.dataSource).replace.replace(subject.request);
  const entry = await lab.dataSource
    .getRepository(TrashEntryEntity)
    .findOneByOrFail({ libraryId: subject.library.id });
  return { subject, entry };
}

const trash = () => services(lab.dataSource).trash;
const list = (libraryId: number, state: 'held' | 'restored' | 'emptied' = 'held') =>
  trash().list({ page: 1, pageSize: 10, sortKey: 'at', sortDirection: 'descending', libraryId, state });

/** What SQLite does for each query on the trash's entries that some work asks. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  const spy = vi.spyOn(lab.dataSource.logger, 'logQuery');
  await work();
  const asked = spy.mock.calls.filter(([sql]) => sql.includes('"trash_entry"'));
  spy.mockRestore();
  const plans = asked.map(async ([sql, values]) => {
    const rows = await lab.dataSource.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, values);
    return rows.map(({ detail }) => detail).join('; ');
  });
  return Promise.all(plans);
}

describe('the list', () => {
  it.each(
    (['at', 'size'] as const).flatMap((sortKey) =>
      [undefined, 1].flatMap((libraryId) =>
        (['held', 'emptied'] as const).map((state) => ({ sortKey, libraryId, state })),
      ),
    ),
  )('neither reads nor sorts a whole trash: $sortKey, library $libraryId, $state', async (query) => {
    const plans = await plansOf(() =>
      trash().list({ page: 1, pageSize: 10, sortDirection: 'descending', ...query }),
    );
    expect(plans).toHaveLength(query.state === 'held' ? 1 : 2);
    for (const plan of plans) expect(plan).toMatch(/^SEARCH [^;]+ INDEX [^;]+$/);
  });

  it('says what can be had back, and until when', async () => {
    const { subject, entry } = await held();
    const { id: libraryId } = subject.library;
    expect(await list(libraryId)).toMatchObject({
      totalRecords: 1,
      records: [
        {
          ...{ id: entry.id, originalPath: subject.sourcePath, size: subject.originalSize, restorable: true },
          ...{ keptUntil: new Date(entry.createdAt + 30 * DAY).toISOString(), note: null },
        },
      ],
    });
    await lab.dataSource.manager.update(LibraryEntity, { id: libraryId }, { trashKeepDays: 0 });
    expect((await list(libraryId)).records).toMatchObject([{ keptUntil: null }]);
    await lab.dataSource.manager.update(LibraryEntity, { id: libraryId }, { trashKeepDays: 3 });
    expect(await trash().restore(entry.id)).toMatchObject({
      state: 'restored',
      restorable: false,
      keptUntil: null,
    });
    expect((await list(libraryId)).records).toMatchObject([{ size: subject.newSize, restorable: true }]);
  });

  it('says of what an undoing left how to get it back', async () => {
    const { subject, entry } = await held();
    await lab.dataSource.manager.update(ReplaceJournalEntity, { id: entry.journalId }, { state: 'undone' });
    expect((await list(subject.library.id)).records).toMatchObject([{ restorable: false }]);
    await expect(trash().restore(entry.id)).rejects.toThrow(
      `move ${entry.trashPath} back by hand if you want it`,
    );
  });
});

describe('several at a time', () => {
  it('are put back, and one that fails keeps none of the others from it', async () => {
    const [first, bad, last] = [await held(), await held(), await held()];
    await writeFile(bad.entry.trashPath, 'something else');
    const ids = [first.entry.id, 99_999, bad.entry.id, last.entry.id, first.entry.id];
    const { results } = await trash().restoreMany(ids);
    expect(results).toEqual([
      { id: first.entry.id, restored: true, message: null },
      { id: 99_999, restored: false, message: 'there is no trash entry 99999' },
      { id: bad.entry.id, restored: false, message: `${bad.entry.trashPath} is not the original any more` },
      { id: last.entry.id, restored: true, message: null },
    ]);
    expect(await sha256Of(last.subject.sourcePath)).toBe(last.subject.originalSha);
  });

  it('are deleted, and what had to stay is named', async () => {
    const [first, bad, last] = [await held(), await held(), await held()];
    await writeFile(bad.entry.trashPath, 'something else');
    await rm(last.subject.finalPath);
    const ids = [first.entry.id, bad.entry.id, 99_999, last.entry.id];
    expect(await trash().removeMany(ids)).toEqual({
      ...{ deleted: 2, bytes: first.subject.originalSize + last.subject.originalSize },
      kept: [
        {
          id: bad.entry.id,
          message: `${bad.entry.trashPath} is not the file that was put there; it was left as it is`,
        },
        { id: 99_999, message: 'there is no trash entry 99999' },
      ],
    });
    expect(await list(first.subject.library.id)).toMatchObject({ totalRecords: 0 });
    expect((await list(first.subject.library.id, 'emptied')).records).toMatchObject([{ restorable: false }]);
  });
});

describe('one', () => {
  it('is deleted once, and said to be kept else', async () => {
    const { entry } = await held();
    expect(await trash().remove(entry.id)).toMatchObject({ id: entry.id, state: 'emptied' });
    await expect(trash().remove(entry.id)).rejects.toThrow(ConflictException);
    await expect(trash().remove(99_999)).rejects.toThrow(NotFoundException);
  });

  it('that the disk refuses to give back says so', async () => {
    const { entry, subject } = await held();
    const faulty = new FaultyPort({ refuse: (method) => (method === 'link' ? 'EIO' : null) });
    const restore = services(lab.dataSource, faulty.port).trash.restore(entry.id);
    await expect(restore).rejects.toThrow(InternalServerErrorException);
    await expect(restore).rejects.toThrow(`${subject.sourcePath} could not be restored: EIO: forced`);
  });
});

describe('the command EmptyTrash', () => {
  it('empties one library, or all, and keeps a record', async () => {
    const { writer, limits } = services(lab.dataSource);
    const none = undefined as never;
    const commands = new CommandsService(lab.dataSource, writer, none, none, limits);
    const [one, other] = [await held(), await held()];
    await rm(one.subject.finalPath);
    const { id } = await commands.execute({ name: 'EmptyTrash', libraryId: one.subject.library.id });
    const message = `1 file deleted for good, ${one.subject.originalSize} bytes`;
    await vi.waitFor(async () => {
      expect(await commands.get(id)).toMatchObject({ name: 'EmptyTrash', status: 'completed', message });
    });
    expect(await sha256Of(one.entry.trashPath)).toBeNull();
    expect(await sha256Of(other.entry.trashPath)).toBe(other.subject.originalSha);
    const all = await commands.execute({ name: 'EmptyTrash' });
    await vi.waitFor(async () => {
      expect(await commands.get(all.id)).toMatchObject({ status: 'completed' });
    });
    expect(await sha256Of(other.entry.trashPath)).toBeNull();
    expect(await readdir(path.dirname(path.dirname(path.dirname(other.entry.trashPath))))).toContain(
      '.ignore',
    );
  });
});
