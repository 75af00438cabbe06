import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { In } from 'typeorm';
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

/** A library whose share can be taken away; below the mount point lies a trash that was made there once. */
class Share {
  private readonly aside: string;

  constructor(private readonly at: string) {
    this.aside = `${at}.away`;
  }

  async goAway(): Promise<void> {
    await rename(this.at, this.aside);
    await mkdir(path.join(this.at, '.boilarr-trash'), { recursive: true });
  }

  async comeBack(): Promise<void> {
    await rm(this.at, { recursive: true });
    await rename(this.aside, this.at);
  }
}

/** The film, whole, in its place, and the books that say so. */
async function expectSettled(subject: ReplaceCase): Promise<'replaced' | 'original'> {
  const libraryId = subject.library.id;
  const { manager } = lab.dataSource;
  const rows = await manager.findBy(ReplaceJournalEntity, { libraryId });
  expect(rows.filter(({ state }) => state === 'staging' || state === 'open')).toEqual([]);
  expect(await leftovers(subject.library.path)).toEqual([]);
  const trash = path.join(subject.library.path, '.boilarr-trash');
  const names = await readdir(trash, { recursive: true }).catch(() => []);
  const inTrash = names.filter((name) => path.basename(name).startsWith('Film~'));
  const entries = await manager.findBy(TrashEntryEntity, { libraryId, state: 'held' });
  expect(entries).toHaveLength(inTrash.length);
  const replaced = await manager.countBy(HistoryEntity, { libraryId, event: 'replaced' });
  if ((await lab.jobState(subject.request.job.id)) === 'completed') {
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    expect(await Promise.all(entries.map((entry) => sha256Of(entry.trashPath)))).toEqual([
      subject.originalSha,
    ]);
    expect(replaced).toBe(1);
    return 'replaced';
  }
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  expect(inTrash).toEqual([]);
  expect(replaced).toBe(0);
  return 'original';
}

const CASES = [
  { sourceName: 'Film.mkv', directory: 'Film (2001)', links: true },
  { sourceName: 'Film.avi', directory: '', links: false },
];

const refusals = (links: boolean): Faults => ({
  quickMetadata: true,
  refuse: (method) => (method === 'link' && !links ? 'EPERM' : null),
});

describe('a share that goes away in the middle of a replacement', () => {
  it.each(CASES)('before any call: $sourceName in "$directory", links: $links', async (options) => {
    const whole = new FaultyPort(refusals(options.links));
    await services(lab.dataSource, whole.port, whole).replace.replace((await lab.makeCase(options)).request);
    const ends = new Set<string>();
    for (let call = 1; call <= whole.count; call += 1) {
      const subject = await lab.makeCase(options);
      const share = new Share(subject.library.path);
      let number = 0;
      const before = async () => {
        number += 1;
        if (number === call) await share.goAway();
      };
      const port = new FaultyPort({ ...refusals(options.links), before });
      await services(lab.dataSource, port.port, port)
        .replace.replace(subject.request)
        .catch(() => undefined);
      const unsettled = await lab.dataSource.manager.countBy(ReplaceJournalEntity, {
        libraryId: subject.library.id,
        state: In(['staging', 'open']),
      });
      const { recovery } = services(lab.dataSource, new FaultyPort(refusals(options.links)).port);
      // While it is away nothing is found out, however often one looks.
      expect(await recovery.recover()).toMatchObject({ done: 0, undone: 0, left: unsettled });
      await share.comeBack();
      await recovery.recover();
      ends.add(await expectSettled(subject));
    }
    expect(ends).toEqual(new Set(['original', 'replaced']));
  });
});
