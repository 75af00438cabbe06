import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDataSource } from '../../server/src/database/data-source.js';
import type * as WalkRunner from '../../server/src/scanner/walk/walk-runner.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The built one: its worker is a file that Node itself has to load. */
let startWalk: typeof WalkRunner.startWalkInWorker;
beforeAll(async () => {
  const module = new URL('../../dist/server/src/scanner/walk/walk-runner.js', import.meta.url).href;
  ({ startWalkInWorker: startWalk } = (await import(module)) as typeof WalkRunner);
});

const RULES = {
  extensions: ['mkv'],
  minimumSize: 0,
  minimumAgeSeconds: 0,
  ignore: ['**/extras/**'],
  hardLinks: 'skip',
} as const;

async function prepare(files: number) {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'library');
  await mkdir(path.join(root, 'extras'), { recursive: true });
  await writeFile(path.join(root, 'extras', 'x.mkv'), '');
  for (let n = 0; n < files; n += 1) await writeFile(path.join(root, `${n}.mkv`), '');
  const databasePath = path.join(folder, 'boilarr.db');
  const dataSource: DataSource = createDataSource(databasePath);
  await dataSource.initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
  return { root, walk: startWalk({ libraryId: 1, root, rules: RULES, databasePath }) };
}

describe('the walk in its own thread', () => {
  it('hands over every file, then says how long it took', async () => {
    const { walk } = await prepare(1203);
    let found = 0;
    for await (const batch of walk.batches()) found += batch.changes.length;
    expect(found).toBe(1203);
    expect(walk.walkMs).toBeGreaterThan(0);
  });

  it('waits for the batches to be dealt with', async () => {
    const { root, walk } = await prepare(6000);
    const batches = walk.batches();
    await batches.next();
    await sleep(300);
    expect(walk.walkMs).toBeNull();
    let found = 500;
    for await (const batch of batches) found += batch.changes.length;
    expect(found).toBe(6000);
    await rm(root, { recursive: true });
  });

  it('stands still while paused, and ends when cancelled then', async () => {
    const { walk } = await prepare(3000);
    walk.pause();
    const batches = walk.batches();
    const first = batches.next();
    expect(await Promise.race([first, sleep(300, 'nothing')])).toBe('nothing');
    walk.cancel();
    expect(await first).toEqual({ done: true, value: undefined });
    expect(walk.walkMs).toBeNull();
  });

  it('ends its thread when nobody listens any more', async () => {
    const { walk } = await prepare(6000);
    for await (const batch of walk.batches()) {
      expect(batch.changes).toHaveLength(500);
      break;
    }
    expect(walk.walkMs).toBeNull();
  });

  it('refuses a folder that is not there', async () => {
    const { root, walk } = await prepare(0);
    await rm(root, { recursive: true });
    // The worker may have been quicker: then it found the folder, and nothing in it.
    const again = startWalk({
      libraryId: 1,
      root,
      rules: RULES,
      databasePath: path.join(root, '../boilarr.db'),
    });
    await expect(again.batches().next()).rejects.toMatchObject({ code: 'root_missing' });
    walk.cancel();
  });
});
