import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { ReplaceJournalEntity } from '../../server/src/replace/replace-journal.entity.js';
import { checkTarget } from '../../server/src/replace/target-check.js';
import { TrashEntryEntity } from '../../server/src/replace/trash-entry.entity.js';
import { FaultyPort, type Faults } from '../support/faulty-port.js';
import { leftovers, ReplaceLab, services, sha256Of, type ReplaceCase } from '../support/replace-lab.js';
import { CannotMount, Mounts } from './mounts.js';

interface Place {
  /** where libraries are made */
  at: string;
  /** where the node works, if not beside them */
  workFolder?: string;
  /** puts the last touch to a library before it is worked on */
  prepare?: (subject: ReplaceCase) => Promise<void>;
}

interface FileSystem {
  name: string;
  make: (mounts: Mounts) => Promise<Place>;
  /** how the original gets into the trash when the output takes its name, and when the output has another one */
  toTrash: { sameName: Route; otherName: Route };
}
type Route = 'link' | 'rename' | 'clone' | 'copy';

/** The trash lies on the other disk of the pool, so that neither link nor rename can reach it. */
async function trashOnSecondDisk(mounts: Mounts, policy: 'mfs' | 'epmfs'): Promise<Place> {
  const { at, disks } = await mounts.pool(policy);
  return {
    at,
    prepare: async ({ library }) => {
      const day = new Date().toISOString().slice(0, 10);
      const inside = path.join(path.relative(at, library.path), '.boilarr-trash', day, 'Film (2001)');
      await mkdir(path.join(disks[1], inside), { recursive: true });
    },
  };
}

/** The film's folder is a subvolume, which the trash is not in: no link, no rename, but shared data. */
async function inSubvolume(mounts: Mounts): Promise<Place> {
  const at = await mounts.btrfs();
  return {
    at,
    prepare: async ({ folder }) => {
      await execa('btrfs', ['subvolume', 'create', `${folder}.new`]);
      await cp(folder, `${folder}.new`, { recursive: true, preserveTimestamps: true });
      for (const name of await readdir(folder))
        await execa('cp', ['--preserve=all', '--', path.join(folder, name), `${folder}.new/`]);
      await rm(folder, { recursive: true });
      await rename(`${folder}.new`, folder);
    },
  };
}

const LINKED = { sameName: 'link', otherName: 'rename' } as const;

const FILE_SYSTEMS: FileSystem[] = [
  { name: 'ext4', make: async (mounts) => ({ at: await mounts.ext4() }), toTrash: LINKED },
  { name: 'tmpfs', make: async (mounts) => ({ at: await mounts.tmpfs() }), toTrash: LINKED },
  {
    name: 'ext4, with the node on another file system',
    make: async (mounts) => ({ at: await mounts.ext4(), workFolder: await mounts.tmpfs() }),
    toTrash: LINKED,
  },
  { name: 'overlay', make: async (mounts) => ({ at: await mounts.overlay() }), toTrash: LINKED },
  {
    name: 'a pool that spreads files (mergerfs, mfs)',
    make: async (mounts) => ({ at: (await mounts.pool('mfs')).at }),
    toTrash: LINKED,
  },
  {
    name: 'a pool that keeps folders together (mergerfs, epmfs)',
    make: async (mounts) => ({ at: (await mounts.pool('epmfs')).at }),
    toTrash: LINKED,
  },
  {
    name: 'a pool with its trash on another disk (mergerfs, epmfs)',
    make: (mounts) => trashOnSecondDisk(mounts, 'epmfs'),
    toTrash: { sameName: 'copy', otherName: 'copy' },
  },
  {
    name: 'exFAT',
    make: async (mounts) => ({ at: await mounts.exfat() }),
    toTrash: { sameName: 'copy', otherName: 'rename' },
  },
  {
    name: 'btrfs, with the folder in a subvolume',
    make: inSubvolume,
    toTrash: { sameName: 'clone', otherName: 'clone' },
  },
];

const ROUTES = [
  { route: 'sameName', sourceName: 'Film.mkv' },
  { route: 'otherName', sourceName: 'Film.avi' },
] as const;

let lab: ReplaceLab;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(() => lab.close());

describe.each(FILE_SYSTEMS)('$name', ({ make, toTrash }) => {
  let mounts: Mounts;
  let place: Place | null = null;
  let why = '';
  beforeAll(async () => {
    mounts = await Mounts.open();
    try {
      place = await make(mounts);
    } catch (error) {
      if (!(error instanceof CannotMount)) throw error;
      why = error.message;
    }
  });
  afterAll(() => mounts.close());

  async function makeCase(context: TestContext, sourceName: string): Promise<ReplaceCase> {
    if (place === null) return context.skip(why);
    await lab.endJobs();
    const { at, workFolder, prepare } = place;
    const subject = await lab.makeCase({
      ...{ sourceName, place: at },
      ...(workFolder === undefined ? {} : { workFolder }),
    });
    await prepare?.(subject);
    return subject;
  }

  it.for(ROUTES)('replaces and restores: $route', async ({ route, sourceName }, context) => {
    const subject = await makeCase(context, sourceName);
    const port = new FaultyPort();
    const { size, mtimeNs, path: source } = subject.request.claimed;
    const order = { library: subject.library, source: { path: source, size, mtimeNs }, expectedSize: 1000 };
    expect(await checkTarget(port.port, order)).toBeNull();
    port.calls.length = 0;

    const { replace, restores } = services(lab.dataSource, port.port);
    expect(await replace.replace(subject.request)).toMatchObject({ kind: 'replaced', warnings: [] });
    const entry = await trashEntry(subject);
    expect(routeTaken(port.calls, path.basename(entry.trashPath))).toBe(toTrash[route]);
    expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
    expect(await sha256Of(entry.trashPath)).toBe(subject.originalSha);
    expect(await leftovers(subject.library.path)).toEqual([]);

    await restores.restore(entry.id);
    expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    if (subject.finalPath !== subject.sourcePath) expect(await sha256Of(subject.finalPath)).toBeNull();
    expect(await leftovers(subject.library.path)).toEqual([]);
  });

  it.for(ROUTES)('loses nothing in a crash: $route', async ({ sourceName }, context) => {
    const clean = await interrupted(await makeCase(context, sourceName), {});
    // Every second call: the specs of replace/ have all of them, on one file system.
    const points = clean.changes.filter((_call, index) => index % 2 === 0);
    let crashed = 0;
    for (const crashAfter of points) {
      const subject = await makeCase(context, sourceName);
      const port = await interrupted(subject, { crashAfter });
      // Calls that are refused here change nothing to crash after.
      if (port.crashed) crashed += 1;
      const { recovery, restores } = services(lab.dataSource);
      await recovery.recover();
      expect(await openRows(subject)).toBe(0);
      expect(await leftovers(subject.library.path)).toEqual([]);
      const [entry] = await trashEntries(subject);
      if (entry === undefined) {
        expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
        continue;
      }
      expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
      await restores.restore(entry.id);
      expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
    }
    expect(crashed).toBeGreaterThan(3);
  });
});

async function interrupted(subject: ReplaceCase, faults: Faults): Promise<FaultyPort> {
  const port = new FaultyPort(faults);
  await services(lab.dataSource, port.port, port)
    .replace.replace(subject.request)
    .catch(() => undefined);
  return port;
}

function trashEntries(subject: ReplaceCase): Promise<TrashEntryEntity[]> {
  return lab.dataSource
    .getRepository(TrashEntryEntity)
    .findBy({ libraryId: subject.library.id, state: 'held' });
}

async function trashEntry(subject: ReplaceCase): Promise<TrashEntryEntity> {
  const [entry] = await trashEntries(subject);
  if (entry === undefined) throw new Error('nothing is in the trash');
  return entry;
}

function openRows(subject: ReplaceCase): Promise<number> {
  const journal = lab.dataSource.getRepository(ReplaceJournalEntity);
  return journal.createQueryBuilder().where({ libraryId: subject.library.id, closedAt: null }).getCount();
}

/** The last call that was tried to fill the trash; those before it were refused. */
function routeTaken(calls: readonly string[], trashName: string): Route | undefined {
  const routes: Record<string, Route> = {
    link: 'link',
    rename: 'rename',
    cloneNew: 'clone',
    copyNew: 'copy',
  };
  const filling = calls
    .filter((call) => call.endsWith(` ${trashName}`))
    .map((call) => call.split(' ')[0] ?? '');
  return routes[filling.findLast((method) => method in routes) ?? ''];
}
