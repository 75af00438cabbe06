import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import {
  leftovers,
  ReplaceLab,
  services,
  sha256Of,
  type ReplaceCase,
} from '../../../test/support/replace-lab.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryService } from '../history/history.service.js';
import { JobEntity } from '../jobs/job.entity.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
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

const MODES = [
  { mode: 'same name', sourceName: 'Film.mkv' },
  { mode: 'other extension', sourceName: 'Film.avi' },
] as const;

interface Replaced {
  subject: ReplaceCase;
  entryId: number;
}

async function replaced(sourceName: string): Promise<Replaced> {
  const subject = await lab.makeCase({ sourceName });
  await services(lab.dataSource).replace.replace(subject.request);
  const entry = await lab.dataSource
    .getRepository(TrashEntryEntity)
    .findOneByOrFail({ libraryId: subject.library.id });
  return { subject, entryId: entry.id };
}

function restore(entryId: number, faults: Faults = {}): Promise<void> {
  const port = new FaultyPort({ quickMetadata: true, ...faults });
  return services(lab.dataSource, port.port, port).restores.restore(entryId);
}

async function isRestored({ subject, entryId }: Replaced): Promise<boolean> {
  const entry = await lab.dataSource.getRepository(TrashEntryEntity).findOneByOrFail({ id: entryId });
  expect(await leftovers(subject.library.path)).toEqual([]);
  if (entry.state === 'held') {
    expect(await sha256Of(entry.trashPath)).toBe(subject.originalSha);
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    expect(await lab.savings(subject.library.id)).toMatchObject({ files: 1 });
    return false;
  }
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  expect((await stat(subject.sourcePath)).nlink).toBe(1);
  if (subject.finalPath !== subject.sourcePath) expect(await sha256Of(subject.finalPath)).toBeNull();
  const held = await lab.dataSource
    .getRepository(TrashEntryEntity)
    .findBy({ libraryId: subject.library.id, state: 'held' });
  expect(await Promise.all(held.map((other) => sha256Of(other.trashPath)))).toEqual([subject.newSha]);
  expect(await lab.savings(subject.library.id)).toEqual({ files: 0, sourceSize: 0, saved: 0 });
  return true;
}

describe.each(MODES)('restore, $mode', ({ sourceName }) => {
  it('puts the original back as it was, and marks the file', async () => {
    const it = await replaced(sourceName);
    await restore(it.entryId);
    expect(await isRestored(it)).toBe(true);
    const { subject } = it;
    const status = await stat(subject.sourcePath, { bigint: true });
    expect(String(status.mtimeNs)).toBe(subject.request.claimed.mtimeNs);
    const file = await lab.dataSource
      .getRepository(MediaFileEntity)
      .findOneByOrFail({ id: subject.request.file.id });
    expect(file).toMatchObject({
      name: sourceName,
      size: subject.originalSize,
      mtimeNs: subject.request.claimed.mtimeNs,
      headTailHash: subject.request.claimed.headTailHash,
      status: 'skipped',
      reasonCode: 'restored',
      videoCodec: 'h264',
    });
    const page = await new HistoryService(lab.dataSource).list({
      page: 1,
      pageSize: 10,
      sortKey: 'at',
      sortDirection: 'ascending',
      libraryId: subject.library.id,
    });
    expect(page.records.map(({ event, saving, inTrash }) => ({ event, saving, inTrash }))).toEqual([
      { event: 'replaced', saving: subject.originalSize - subject.newSize, inTrash: false },
      { event: 'restored', saving: subject.newSize - subject.originalSize, inTrash: true },
    ]);
  });

  it('can be taken back, as often as one likes', async () => {
    const it = await replaced(sourceName);
    const { subject } = it;
    const { id: libraryId } = subject.library;
    const saved = subject.originalSize - subject.newSize;
    const held = async () =>
      (await lab.dataSource.getRepository(TrashEntryEntity).findOneByOrFail({ libraryId, state: 'held' })).id;
    await restore(it.entryId);
    await restore(await held());
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    if (subject.finalPath !== subject.sourcePath) expect(await sha256Of(subject.sourcePath)).toBeNull();
    expect(await leftovers(subject.library.path)).toEqual([]);
    const files = lab.dataSource.getRepository(MediaFileEntity);
    expect(await files.findOneByOrFail({ id: subject.request.file.id })).toMatchObject({
      ...{ name: path.basename(subject.finalPath), size: subject.newSize, links: 1 },
      ...{ status: 'replaced', reasonCode: null, profileHash: 'abc', videoCodec: 'av1' },
    });
    expect(await lab.savings(libraryId)).toEqual({ files: 1, sourceSize: subject.originalSize, saved });
    await restore(await held());
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    expect(await files.findOneByOrFail({ id: subject.request.file.id })).toMatchObject({
      ...{
        name: sourceName,
        status: 'skipped',
        reasonCode: 'restored',
        profileHash: null,
        videoCodec: 'h264',
      },
    });
    expect(await lab.savings(libraryId)).toEqual({ files: 0, sourceSize: 0, saved: 0 });
    await restore(await held());
    const page = await new HistoryService(lab.dataSource).list({
      ...{ page: 1, pageSize: 10, sortKey: 'at', sortDirection: 'ascending', libraryId },
    });
    expect(
      page.records.map(({ event, saving, inTrash, source, output }) => ({
        ...{ event, saving, inTrash, from: source.size, to: output.size },
      })),
    ).toEqual([
      { event: 'replaced', saving: saved, inTrash: false, from: subject.originalSize, to: subject.newSize },
      { event: 'restored', saving: -saved, inTrash: false, from: subject.newSize, to: subject.originalSize },
      { event: 'replaced', saving: saved, inTrash: false, from: subject.originalSize, to: subject.newSize },
      { event: 'restored', saving: -saved, inTrash: false, from: subject.newSize, to: subject.originalSize },
      { event: 'replaced', saving: saved, inTrash: true, from: subject.originalSize, to: subject.newSize },
    ]);
    expect(page.records.at(-1)?.note).toBe('the encode was put back from the trash');
    expect(await lab.savings(libraryId)).toEqual({ files: 1, sourceSize: subject.originalSize, saved });
  });

  it('is counted right when the original is gone by the time its encode is put back', async () => {
    const { subject, entryId } = await replaced(sourceName);
    await restore(entryId);
    await rm(subject.sourcePath);
    const { id } = await lab.dataSource
      .getRepository(TrashEntryEntity)
      .findOneByOrFail({ libraryId: subject.library.id, state: 'held' });
    await restore(id);
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    expect(await lab.savings(subject.library.id)).toMatchObject({
      files: 1,
      sourceSize: subject.originalSize,
    });
  });

  it('cancels the encodes that were to come', async () => {
    const it = await replaced(sourceName);
    const job = await lab.makeJob({
      libraryId: it.subject.library.id,
      fileId: it.subject.request.file.id,
      state: 'pending',
    });
    await restore(it.entryId);
    const after = await lab.dataSource.getRepository(JobEntity).findOneByOrFail({ id: job.id });
    expect(after).toMatchObject({ state: 'cancelled', reasonCode: 'restored' });
  });

  it.each(['EXDEV', 'EPERM'])('does without hard links (%s)', async (code) => {
    const it = await replaced(sourceName);
    await restore(it.entryId, { refuse: (method) => (method === 'link' ? code : null) });
    expect(await isRestored(it)).toBe(true);
  });

  it('follows a replacement that was renamed', async () => {
    const it = await replaced(sourceName);
    const { subject } = it;
    await rename(subject.finalPath, path.join(subject.folder, 'Better name.mkv'));
    await lab.dataSource
      .getRepository(MediaFileEntity)
      .update({ id: subject.request.file.id }, { name: 'Better name.mkv' });
    await restore(it.entryId);
    const names = (await readdir(subject.folder)).sort();
    expect(names).toEqual([`Better name${path.extname(sourceName)}`]);
    expect(await sha256Of(path.join(subject.folder, names[0]!))).toBe(subject.originalSha);
  });

  it('fills a place that somebody has emptied', async () => {
    const { subject, entryId } = await replaced(sourceName);
    await rm(subject.finalPath);
    await restore(entryId);
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    expect(await lab.savings(subject.library.id)).toMatchObject({ files: 0, saved: 0 });
  });

  it('refuses when the replacement has become another file, and when it is done already', async () => {
    const it = await replaced(sourceName);
    await writeFile(it.subject.finalPath, 'a better release');
    await expect(restore(it.entryId)).rejects.toThrow(/was changed after the replacement/);
    // A scan has noted it meanwhile, or the database no longer knows the file: it is another one all the same.
    const { size, mtimeNs } = await stat(it.subject.finalPath, { bigint: true });
    const files = lab.dataSource.getRepository(MediaFileEntity);
    const seen = { size: Number(size), mtimeNs: String(mtimeNs), status: 'new' as const };
    await files.update({ id: it.subject.request.file.id }, seen);
    await expect(restore(it.entryId)).rejects.toThrow(/was changed after the replacement/);
    await files.delete({ id: it.subject.request.file.id });
    await expect(restore(it.entryId)).rejects.toThrow(/was changed after the replacement/);
    expect(await readFile(it.subject.finalPath, 'utf8')).toBe('a better release');
    const other = await replaced(sourceName);
    await restore(other.entryId);
    await expect(restore(other.entryId)).rejects.toThrow(/no longer in the trash/);
    await expect(restore(99_999)).rejects.toThrow(/there is no trash entry/);
  });

  it('says what to do when the whole folder has been deleted, and does it then', async () => {
    const it = await replaced(sourceName);
    await rm(it.subject.folder, { recursive: true });
    await expect(restore(it.entryId)).rejects.toThrow(
      /make it again, or mount .+\. It stays at .+boilarr-trash/,
    );
    await mkdir(it.subject.folder);
    await restore(it.entryId);
    expect(await sha256Of(it.subject.sourcePath)).toBe(it.subject.originalSha);
  });

  it('refuses what lies in the trash in the place of the original', async () => {
    const { entryId, subject } = await replaced(sourceName);
    const entry = await lab.dataSource.getRepository(TrashEntryEntity).findOneByOrFail({ id: entryId });
    await writeFile(entry.trashPath, 'something else');
    await expect(restore(entryId)).rejects.toThrow(/not the original any more/);
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
  });

  it.each([null, 'EXDEV'])(
    'killed after any call, links refused with %s: either all of it or none',
    { timeout: 120_000 },
    async (code) => {
      const refuse: Faults['refuse'] = (method) => (method === 'link' ? code : null);
      const clean = new FaultyPort({ refuse, quickMetadata: true });
      await services(lab.dataSource, clean.port, clean).restores.restore(
        (await replaced(sourceName)).entryId,
      );
      const total = clean.calls.filter((call) => !call.startsWith('commit')).length;
      const ends = new Set<boolean>();
      for (let call = 1; call <= total; call += 1) {
        const it = await replaced(sourceName);
        await restore(it.entryId, { refuse, crashAfter: call }).catch(() => undefined);
        await services(
          lab.dataSource,
          new FaultyPort({ refuse, quickMetadata: true }).port,
        ).recovery.recover();
        expect(await lab.dataSource.getRepository(ReplaceJournalEntity).countBy({ state: 'open' })).toBe(0);
        const done = await isRestored(it);
        ends.add(done);
        if (done) continue;
        await restore(it.entryId, { refuse });
        expect(await isRestored(it)).toBe(true);
      }
      expect(ends).toEqual(new Set([true, false]));
    },
  );

  it(
    'killed at any third call of taking it back: either all of it or none',
    { timeout: 120_000 },
    async () => {
      const restored = async () => {
        const { subject, entryId } = await replaced(sourceName);
        await restore(entryId);
        const { id } = await lab.dataSource
          .getRepository(TrashEntryEntity)
          .findOneByOrFail({ libraryId: subject.library.id, state: 'held' });
        return { subject, id };
      };
      const clean = new FaultyPort({ quickMetadata: true });
      await services(lab.dataSource, clean.port, clean).restores.restore((await restored()).id);
      const total = clean.calls.filter((call) => !call.startsWith('commit')).length;
      const ends = new Set<string>();
      for (let call = 1; call <= total; call += 3) {
        const { subject, id } = await restored();
        await restore(id, { crashAfter: call }).catch(() => undefined);
        await services(lab.dataSource, new FaultyPort({ quickMetadata: true }).port).recovery.recover();
        const { state } = await lab.dataSource.getRepository(TrashEntryEntity).findOneByOrFail({ id });
        ends.add(state);
        const back = state === 'restored';
        expect(await leftovers(subject.library.path)).toEqual([]);
        const inPlace = back ? subject.finalPath : subject.sourcePath;
        expect(await sha256Of(inPlace)).toBe(back ? subject.newSha : subject.originalSha);
        const held = await lab.dataSource
          .getRepository(TrashEntryEntity)
          .findBy({ libraryId: subject.library.id, state: 'held' });
        expect(await Promise.all(held.map((entry) => sha256Of(entry.trashPath)))).toEqual([
          back ? subject.originalSha : subject.newSha,
        ]);
        expect(await lab.savings(subject.library.id)).toMatchObject({ files: back ? 1 : 0 });
      }
      expect(ends).toEqual(new Set(['held', 'restored']));
    },
  );
});
