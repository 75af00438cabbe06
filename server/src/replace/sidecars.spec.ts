import { link, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import { ReplaceLab, services, type ReplaceCase } from '../../../test/support/replace-lab.js';
import { HistoryEntity } from '../history/history.entity.js';
import { NodeFilePort } from './file-port.js';
import { moveSidecars, sidecarsOf } from './sidecars.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

let lab: ReplaceLab;
beforeAll(async () => {
  lab = await ReplaceLab.open(true);
});
afterAll(() => lab.close());

describe('the sidecars of Film.avi that bear its whole name', () => {
  it.each([
    ['Film.avi.srt', true],
    ['Film.avi.en.srt', true],
    ['Film.avi.pt-BR.forced.ASS', true],
    ['Film.avi.nfo', true],
    ['Film.avi.jpg', true],
    ['Film.avi-thumb.jpg', true],
    ['Film.avi-fanart2.png', true],
    // They fit the new name as they are.
    ['Film.srt', false],
    ['Film.nfo', false],
    ['Film-thumb.jpg', false],
    ['Film.en.srt', false],
    // Not about this film, or not a sidecar.
    ['Film.avi', false],
    ['Film.avi2.srt', false],
    ['Film.avi-2 part.srt', false],
    ['Film.avi-part2.srt', false],
    ['Film.avi.part', false],
    ['Film.avi.md5', false],
    ['Film.avi.torrent', false],
    ['Film.avi.exe', false],
    ['Other Film.avi.srt', false],
  ])('%s: %s', (name, expected) => {
    expect(sidecarsOf('Film.avi', ['Film.avi', name]).includes(name)).toBe(expected);
  });

  it('are nobody knows whose beside a film Film.avi.mkv', () => {
    expect(sidecarsOf('Film.avi', ['Film.avi.mkv', 'Film.avi.srt'])).toEqual([]);
  });
});

const BESIDE = ['Film.avi.srt', 'Film.avi.en.srt', 'Film.avi-thumb.jpg', 'Film.avi.nfo'];
const STAY = ['Film.srt', 'Film.nfo', 'Film-thumb.jpg', 'Film.en.srt', 'Film.avi.md5'];
const moved = (name: string) => name.replace('.avi', '.mkv');

async function makeCase(): Promise<ReplaceCase> {
  await lab.endJobs();
  const subject = await lab.makeCase({ sourceName: 'Film.avi' });
  for (const name of [...BESIDE, ...STAY]) await writeFile(path.join(subject.folder, name), `it is ${name}`);
  return subject;
}

const namesIn = async (subject: ReplaceCase) => (await readdir(subject.folder)).sort();
const before = ['Film.avi', ...BESIDE, ...STAY].sort();
const after = ['Film.mkv', ...BESIDE.map(moved), ...STAY].sort();

async function historyNote(subject: ReplaceCase): Promise<string> {
  const rows = await lab.dataSource.getRepository(HistoryEntity).findBy({ libraryId: subject.library.id });
  return rows.map(({ note }) => note ?? '').join();
}

const noLinks: Faults['refuse'] = (method) => (method === 'link' ? 'EPERM' : null);

describe.each([
  ['with hard links', {}],
  ['without hard links', { refuse: noLinks }],
] as const)('when the extension changes, %s', (_which, faults: Faults) => {
  const quick = { quickMetadata: true, ...faults };

  it('they follow the film, and go back with it', async () => {
    const subject = await makeCase();
    const { replace, restores } = services(lab.dataSource, new FaultyPort(quick).port);
    expect(await replace.replace(subject.request)).toMatchObject({ kind: 'replaced', warnings: [] });
    expect(await namesIn(subject)).toEqual(after);
    for (const name of BESIDE)
      expect(await readFile(path.join(subject.folder, moved(name)), 'utf8')).toBe(`it is ${name}`);
    const entries = await lab.dataSource
      .getRepository(TrashEntryEntity)
      .findBy({ libraryId: subject.library.id });
    await restores.restore(entries[0]!.id);
    expect(await namesIn(subject)).toEqual(before);
  });

  it('no other file is overwritten, and the note says so', async () => {
    const subject = await makeCase();
    await writeFile(path.join(subject.folder, 'Film.mkv.srt'), 'of somebody else');
    const { replace } = services(lab.dataSource, new FaultyPort(quick).port);
    expect(await replace.replace(subject.request)).toMatchObject({ kind: 'replaced' });
    expect(await readFile(path.join(subject.folder, 'Film.mkv.srt'), 'utf8')).toBe('of somebody else');
    expect(await readFile(path.join(subject.folder, 'Film.avi.srt'), 'utf8')).toBe('it is Film.avi.srt');
    expect(await historyNote(subject)).toContain('exists already');
  });

  it('a crash after any of their calls leaves none behind', async () => {
    const clean = new FaultyPort(quick);
    await services(lab.dataSource, clean.port, clean).replace.replace((await makeCase()).request);
    const first = clean.calls.findIndex((call) => call.startsWith('namesStartingWith'));
    const points = clean.changes.filter((number) => clean.calls[number - 1] !== undefined && number > first);
    let crashed = 0;
    for (const crashAfter of points) {
      const subject = await makeCase();
      const port = new FaultyPort({ ...quick, crashAfter });
      await services(lab.dataSource, port.port, port)
        .replace.replace(subject.request)
        .catch(() => undefined);
      if (!port.crashed) continue;
      crashed += 1;
      const recovery = services(lab.dataSource, new FaultyPort(quick).port).recovery;
      await recovery.recover();
      expect(await namesIn(subject)).toEqual(after);
      expect(await historyNote(subject)).toBe('finished by recovery');
    }
    expect(crashed).toBeGreaterThanOrEqual(BESIDE.length * 2);
  }, 60_000);
});

describe('what cannot be renamed', () => {
  it('is a warning, and the film is replaced all the same', async () => {
    const subject = await makeCase();
    const refuse: Faults['refuse'] = (method, args) =>
      ['link', 'rename'].includes(method) && args[0]?.endsWith('.nfo') === true ? 'EACCES' : null;
    const { replace } = services(lab.dataSource, new FaultyPort({ quickMetadata: true, refuse }).port);
    const outcome = await replace.replace(subject.request);
    expect(outcome).toMatchObject({ kind: 'replaced' });
    expect(outcome.kind === 'replaced' && outcome.warnings.join()).toContain(
      'Film.avi.nfo could not be renamed',
    );
    expect(await namesIn(subject)).toContain('Film.avi.nfo');
    expect(await namesIn(subject)).toContain('Film.mkv.srt');
  });

  it('is a folder that cannot be read', async () => {
    const refuse: Faults['refuse'] = (method) => (method === 'namesStartingWith' ? 'EIO' : null);
    const { port } = new FaultyPort({ refuse });
    expect(await moveSidecars(port, '/x/Film.avi', '/x/Film.mkv')).toEqual([
      expect.stringContaining('could not be looked for'),
    ]);
  });
});

describe('a sidecar with two names already', () => {
  it('keeps the one that is not ours', async () => {
    const subject = await makeCase();
    const seed = path.join(lab.root, 'seed.srt');
    await link(path.join(subject.folder, 'Film.avi.srt'), seed);
    const to = path.join(subject.folder, 'Film.mkv');
    expect(await moveSidecars(new NodeFilePort(), subject.sourcePath, to)).toEqual([]);
    expect(await readFile(seed, 'utf8')).toBe('it is Film.avi.srt');
    expect(await namesIn(subject)).not.toContain('Film.avi.srt');
  });
});
