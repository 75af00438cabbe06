import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FaultyPort } from '../../../test/support/faulty-port.js';
import { DispatchLab } from '../dispatch/testing/dispatch-lab.js';
import { LibrariesWritableCheck } from '../health/checks/libraries-writable.check.js';
import { PathLock } from '../replace/path-lock.js';
import { TargetCheck } from '../replace/target-check.js';
import { LibraryWatch } from './library-watch.service.js';

let lab: DispatchLab;
let folder: string;
let refused: Map<string, string>;
let asked: number;
let watch: LibraryWatch;
let health: LibrariesWritableCheck;

beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await DispatchLab.open();
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});
beforeEach(async () => {
  await lab.clear();
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-watch-'));
  refused = new Map<string, string>();
  asked = 0;
  const { port } = new FaultyPort({
    refuse: (method, [file = '']) => {
      if (method !== 'createNew') return null;
      asked += 1;
      return [...refused].find(([below]) => file.startsWith(below))?.[1] ?? null;
    },
  });
  const targets = new TargetCheck(lab.dataSource, new PathLock(), port);
  watch = new LibraryWatch(lab.dataSource, lab.holds, targets);
  health = new LibrariesWritableCheck(lab.dataSource, lab.holds);
  for (const id of [1, 2]) {
    await mkdir(path.join(folder, `${id}`, 'Film'), { recursive: true });
    await writeFile(path.join(folder, `${id}`, 'Film', 'a.mkv'), 'x');
    await lab.library(id, { name: `library ${id}`, path: path.join(folder, `${id}`) });
  }
  for (let id = 1; id <= 40; id += 1) await lab.job({ id, libraryId: id <= 30 ? 1 : 2, orderKey: -id });
});
afterEach(async () => {
  refused.clear();
  await watch.lookAgain();
  await rm(folder, { recursive: true });
});

describe('a library that takes no files', () => {
  it.each(['EROFS', 'EACCES', 'ENOSPC'])(
    '(%s) keeps its jobs waiting as a whole, until it does',
    async (errno) => {
      const node = await lab.node({ cpuSlots: 4 });
      const [first] = await lab.fill();
      expect(first).toMatchObject({ id: 1 });
      refused.set(path.join(folder, '1'), errno);
      await watch.suspect(1, 'target_not_writable');
      lab.matcher.forget();

      const nodes = await lab.matcher.look();
      const misplaced = lab.filler.misplaced(nodes, await lab.filler.held(lab.dataSource.manager));
      expect(misplaced.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
      for (const { id } of misplaced)
        await lab.dataSource.query(`UPDATE "job" SET "state" = 'pending', "nodeId" = NULL WHERE "id" = ?`, [
          id,
        ]);
      const given = await lab.fill();
      expect(given.map(({ id }) => id)).toEqual([31, 32, 33, 34, 35]);
      await lab.matcher.judge();
      expect(lab.lots.verdict((await lab.jobs())[0]?.lotId ?? null)?.message).toContain(
        path.join(folder, '1'),
      );
      const notices = await health.check();
      expect(notices).toHaveLength(1);
      for (const word of ['library 1', path.join(folder, '1'), errno === 'ENOSPC' ? 'no room' : errno])
        expect(notices[0]?.message).toContain(word);

      await watch.lookAgain();
      expect(await health.check()).toHaveLength(1);
      refused.clear();
      await watch.lookAgain();
      expect(await health.check()).toEqual([]);
      lab.matcher.forget();
      await lab.matcher.look();
      expect(lab.matcher.lotsFor(node, 'cpu')).toContain((await lab.jobs())[0]?.lotId);
    },
  );

  it('is not meant by one folder that takes none', async () => {
    refused.set(path.join(folder, '1', 'Film'), 'EACCES');
    await watch.suspect(1, 'target_not_writable');
    expect(asked).toBe(1);
    expect(lab.holds.all.size).toBe(0);
  });

  it('is not even looked at for what is only true of a file', async () => {
    await watch.suspect(1, 'hard_linked');
    await watch.suspect(1, 'source_changed');
    expect(asked).toBe(0);
  });

  it('may be one that is not mounted', async () => {
    await rm(path.join(folder, '1', 'Film'), { recursive: true });
    await watch.suspect(1, 'library_missing');
    expect((await health.check())[0]?.message).toMatch(/library 1 wait: .*mounted/);
  });

  it('is forgotten when it is removed', async () => {
    refused.set(folder, 'EROFS');
    await watch.suspect(1, 'target_not_writable');
    await lab.dataSource.query(`DELETE FROM "library" WHERE "id" = 1`);
    await watch.lookAgain();
    expect(lab.holds.all.size).toBe(0);
  });
});
