import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import {
  leftovers,
  ReplaceLab,
  services,
  sha256Of,
  type ReplaceCase,
} from '../../../test/support/replace-lab.js';
import { HistoryEntity } from '../history/history.entity.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

vi.setConfig({ testTimeout: 30_000 });

let lab: ReplaceLab;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

type Refuse = NonNullable<Faults['refuse']>;

/** A port on the same disk: what is refused stays refused after a restart. */
function portWith(refuse: Refuse | undefined, faults: Faults = {}): FaultyPort {
  return new FaultyPort({ quickMetadata: true, ...(refuse === undefined ? {} : { refuse }), ...faults });
}

async function makeCase(sourceName: string): Promise<ReplaceCase> {
  await lab.endJobs();
  return lab.makeCase({ sourceName });
}

/** Starts a replacement that a fault ends. @returns the port with what was called */
async function interrupt(subject: ReplaceCase, port: FaultyPort): Promise<unknown> {
  return services(lab.dataSource, port.port, port)
    .replace.replace(subject.request)
    .catch((error: unknown) => error);
}

/** The path holds one whole file, the books agree with the disk, and nothing is left over. */
async function expectSettled(
  subject: ReplaceCase,
  refuse: Refuse | undefined,
): Promise<'replaced' | 'original'> {
  const libraryId = subject.library.id;
  const journal = await lab.dataSource.getRepository(ReplaceJournalEntity).findBy({ libraryId });
  expect(journal.filter((row) => row.state === 'open' || row.state === 'staging')).toEqual([]);
  expect(await leftovers(subject.library.path)).toEqual([]);
  const entries = await lab.dataSource.getRepository(TrashEntryEntity).findBy({ libraryId, state: 'held' });
  const history = await lab.dataSource.getRepository(HistoryEntity).findBy({ libraryId });
  const after = services(lab.dataSource, portWith(refuse).port);
  const stranded = await after.recovery.jobsToRequeue();
  const mine = stranded.find((job) => job.jobId === subject.request.job.id);
  const inTrash = (
    await readdir(path.join(subject.library.path, '.boilarr-trash'), { recursive: true }).catch(
      () => [] as string[],
    )
  ).filter((name) => path.basename(name).startsWith('Film~'));

  if ((await lab.jobState(subject.request.job.id)) === 'completed') {
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    if (subject.sourcePath !== subject.finalPath) expect(await sha256Of(subject.sourcePath)).toBeNull();
    expect(entries).toHaveLength(1);
    expect(inTrash).toHaveLength(1);
    expect(await sha256Of(entries[0]!.trashPath)).toBe(subject.originalSha);
    expect(history).toHaveLength(1);
    expect(await lab.savings(libraryId)).toMatchObject({
      files: 1,
      saved: subject.originalSize - subject.newSize,
    });
    expect(mine).toBeUndefined();
    await after.restores.restore(entries[0]!.id);
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    expect(await lab.savings(libraryId)).toMatchObject({ files: 0, saved: 0 });
    return 'replaced';
  }
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  expect((await stat(subject.sourcePath)).nlink).toBe(1);
  if (subject.sourcePath !== subject.finalPath) expect(await sha256Of(subject.finalPath)).toBeNull();
  expect(entries).toEqual([]);
  expect(inTrash).toEqual([]);
  // What was undone is told, and counts for nothing.
  expect(history.filter(({ event, saving }) => event !== 'recovered' || saving !== 0)).toEqual([]);
  expect(history.length).toBeLessThanOrEqual(1);
  expect((await lab.savings(libraryId)).files).toBe(0);
  expect(mine).toEqual({ jobId: subject.request.job.id, outputsPresent: true });
  return 'original';
}

async function cleanRun(sourceName: string, refuse: Refuse | undefined): Promise<FaultyPort> {
  const subject = await makeCase(sourceName);
  const port = portWith(refuse);
  expect(await interrupt(subject, port)).toMatchObject({ kind: 'replaced' });
  return port;
}

describe('what recovery does not guess', () => {
  async function crashed(sourceName: string, at: (call: string) => boolean): Promise<ReplaceCase> {
    const calls = (await cleanRun(sourceName, undefined)).calls.filter((call) => !call.startsWith('commit'));
    const subject = await makeCase(sourceName);
    await interrupt(subject, portWith(undefined, { crashAfter: calls.findIndex(at) + 1 }));
    return subject;
  }
  const swapped = (call: string) => /^rename .boilarr-stage-\S+ Film/.test(call);
  const openRows = (subject: ReplaceCase) =>
    lab.dataSource
      .getRepository(ReplaceJournalEntity)
      .countBy({ libraryId: subject.library.id, state: 'open' });

  it('a library that is not mounted: the row waits until it is', async () => {
    const subject = await crashed('Film.mkv', swapped);
    const away = `${subject.library.path}.away`;
    await rename(subject.library.path, away);
    await mkdir(subject.folder, { recursive: true });
    const { recovery } = services(lab.dataSource);
    expect((await recovery.recover()).left).toBe(1);
    expect(await openRows(subject)).toBe(1);
    expect(await recovery.jobsToRequeue()).not.toContainEqual(
      expect.objectContaining({ jobId: subject.request.job.id }),
    );
    await expect(services(lab.dataSource).replace.replace(subject.request)).rejects.toMatchObject({
      open: true,
    });
    await rm(subject.library.path, { recursive: true });
    expect((await recovery.recover()).left).toBe(1);
    await rename(away, subject.library.path);
    expect((await recovery.recover()).done).toBe(1);
    expect(await expectSettled(subject, undefined)).toBe('replaced');
  });

  it.each([
    ['Film.mkv', swapped],
    ['Film.avi', (call: string) => /^rename Film.avi Film~/.test(call)],
    ['Film.mkv', (call: string) => call.startsWith('commit') || call.includes('.boilarr-stage-')],
  ])(
    'a folder that was deleted meanwhile (%s): says how to have it ended, and ends it so',
    async (name, at) => {
      const subject = await crashed(name, at);
      await rm(subject.folder, { recursive: true });
      const { recovery, restores } = services(lab.dataSource);
      expect((await recovery.recover()).left).toBe(1);
      const rows = lab.dataSource.getRepository(ReplaceJournalEntity);
      const { note } = await rows.findOneByOrFail({ libraryId: subject.library.id });
      expect(note).toMatch(/If it was deleted, make it again with any file in it$/);
      await mkdir(subject.folder);
      await writeFile(path.join(subject.folder, 'x'), '');
      await mkdir(path.join(subject.library.path, '.boilarr-trash'), { recursive: true });
      expect((await recovery.recover()).left).toBe(0);
      expect(await leftovers(subject.library.path)).toEqual([]);
      const entry = await lab.dataSource
        .getRepository(TrashEntryEntity)
        .findOneBy({ libraryId: subject.library.id, state: 'held' });
      if (entry !== null) await restores.restore(entry.id);
      // Where it had not got into the trash yet, it went with its folder.
      if (at === swapped || name === 'Film.avi')
        expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    },
  );

  it('an original that somebody wrote to before the crash comes back', async () => {
    const subject = await crashed('Film.mkv', swapped);
    const row = await lab.dataSource
      .getRepository(ReplaceJournalEntity)
      .findOneByOrFail({ libraryId: subject.library.id });
    await writeFile(row.trashPath, 'edited in place');
    await services(lab.dataSource).recovery.recover();
    expect(await sha256Of(subject.sourcePath)).not.toBe(subject.newSha);
    expect(await openRows(subject)).toBe(0);
    expect(await leftovers(subject.library.path)).toEqual([]);
  });

  it('a file that somebody has put at the path stays, and the original is kept in the trash', async () => {
    const subject = await crashed('Film.mkv', (call) => call.startsWith('link Film.mkv'));
    await writeFile(`${subject.sourcePath}.new`, 'a better release');
    await rename(`${subject.sourcePath}.new`, subject.sourcePath);
    await services(lab.dataSource).recovery.recover();
    expect(await sha256Of(subject.sourcePath)).not.toBe(subject.originalSha);
    const [entry] = await lab.dataSource
      .getRepository(TrashEntryEntity)
      .findBy({ libraryId: subject.library.id });
    expect(await sha256Of(entry!.trashPath)).toBe(subject.originalSha);
    expect(await leftovers(subject.library.path)).toEqual([]);
  });

  it('says in history that it was recovery that finished', async () => {
    const subject = await crashed('Film.avi', (call) => /^rename Film.avi Film~/.test(call));
    await services(lab.dataSource).recovery.recover();
    const history = await lab.dataSource
      .getRepository(HistoryEntity)
      .findBy({ libraryId: subject.library.id });
    expect(history).toMatchObject([{ event: 'replaced', note: 'finished by recovery' }]);
    const [row] = await lab.dataSource
      .getRepository(ReplaceJournalEntity)
      .findBy({ libraryId: subject.library.id });
    expect(row).toMatchObject({ state: 'done', note: 'finished by recovery' });
  });

  it('leaves alone what this process is working on', async () => {
    const subject = await lab.makeCase();
    const all = services(lab.dataSource);
    const recover = vi.fn(() => all.recovery.recover());
    subject.request.gate = async () => {
      expect(await recover()).toEqual({ done: 0, undone: 0, left: 0 });
      return { accepted: true };
    };
    expect((await all.replace.replace(subject.request)).kind).toBe('replaced');
    expect(recover).toHaveBeenCalledOnce();
  });
});
