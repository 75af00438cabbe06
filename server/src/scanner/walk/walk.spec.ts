import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ScanProblem } from '#contracts';
import { execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem, type WalkFileSystem } from './file-system.port.js';
import { knownChildren, knownFoldersFrom, NOTHING_KNOWN, type KnownFiles } from './known-files.js';
import { walkLibrary } from './walk-library.js';
import { walk } from './walk.js';
import { WalkError, type WalkBatch, type WalkRules } from './walk.types.js';

const RULES: WalkRules = {
  extensions: ['mkv', 'mp4'],
  minimumSize: 0,
  minimumAgeSeconds: 0,
  ignore: [],
  hardLinks: 'skip',
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'boilarr-walk-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(file: string, content = ''): string {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  return target;
}

function run(
  rules: Partial<WalkRules> = {},
  fs: WalkFileSystem = nodeFileSystem,
  known: KnownFiles = NOTHING_KNOWN,
) {
  const batches: WalkBatch[] = [...walk(root, { ...RULES, ...rules }, known, fs)];
  const found: string[] = [];
  const problems: ScanProblem[] = [];
  for (const batch of batches) {
    problems.push(...batch.problems);
    for (const change of batch.changes) {
      if (change.kind === 'new') found.push(path.posix.join(change.file.directory, change.file.name));
    }
  }
  const last = batches.at(-1)!;
  return { found: found.sort(), problems, batches, counts: last.counts, nextDueAt: last.nextDueAt };
}

describe('which files count', () => {
  it.each<[string, Partial<WalkRules>, string[], string[]]>([
    [
      'extensions in any case',
      {},
      ['a.mkv', 'B.MP4', 'c.txt', '.mkv', 'mkv', 'd.mkv.part'],
      ['B.MP4', 'a.mkv'],
    ],
    [
      'names that a shell would stumble over',
      {},
      ['-rf.mkv', 'a\'b"c.mkv', 'a\nb.mkv', '🎬.mkv'],
      [...['-rf.mkv', 'a\'b"c.mkv', 'a\nb.mkv', '🎬.mkv'].sort()],
    ],
    ['a folder named like a film', {}, ['a.mkv/b.mkv'], ['a.mkv/b.mkv']],
    [
      'globs for folders',
      { ignore: ['**/extras/**'] },
      ['a/extras/x.mkv', 'extras/y.mkv', 'a/b.mkv'],
      ['a/b.mkv'],
    ],
    [
      'globs for files',
      { ignore: ['**/*-sample.mkv', '/top.mkv'] },
      ['a/x-sample.mkv', 'top.mkv', 'a/top.mkv'],
      ['a/top.mkv'],
    ],
    ['a folder with a slash at its end', { ignore: ['a/'] }, ['a/x.mkv', 'b/a/x.mkv'], ['b/a/x.mkv']],
    ['a negated glob', { ignore: ['!**/*.mp4'] }, ['a/x.mkv', 'a/y.mp4'], ['a/y.mp4']],
    [
      'our own names',
      {},
      ['.boilarr-trash/x.mkv', 'a/.boilarr-1.mkv', '.boilarr-x/y.mkv', 'b.mkv'],
      ['b.mkv'],
    ],
  ])('%s', (_what, rules, files, expected) => {
    for (const file of files) put(file);
    expect(run(rules).found).toEqual(expected);
  });

  it('passes over what is smaller than the minimum, and counts it', () => {
    put('small.mkv', '12');
    put('large.mkv', '123');
    expect(run({ minimumSize: 3 })).toMatchObject({
      found: ['large.mkv'],
      counts: { files: 2, media: 1, passedOver: 1 },
    });
  });

  it('reads sizes beyond 4 GiB', () => {
    truncateSync(put('a.mkv'), 5_000_000_000);
    const change = run().batches[0]!.changes[0];
    expect(change).toMatchObject({ kind: 'new', file: { size: 5_000_000_000 } });
  });

  it('takes a file for young until its age is reached, but not one dated in the far future', () => {
    const now = Date.now();
    for (const [name, age] of Object.entries({ old: 61, young: 10, ahead: -30, nonsense: -90_000 })) {
      const seconds = now / 1000 - age;
      utimesSync(put(`${name}.mkv`), seconds, seconds);
    }
    const { batches, counts, nextDueAt } = run({ minimumAgeSeconds: 60 });
    const young = batches
      .flatMap(({ changes }) => changes)
      .filter((change) => change.kind === 'new' && change.file.young);
    expect(young.map((change) => change.kind === 'new' && change.file.name).sort()).toEqual([
      'ahead.mkv',
      'young.mkv',
    ]);
    expect(counts.waiting).toBe(2);
    expect(Math.abs(nextDueAt! - (now + 50_000))).toBeLessThan(10);
  });
});

describe('.boilarrignore', () => {
  it('rules over its folder and all below, the innermost first, as in git', () => {
    put('.boilarrignore', '*.mp4\n/private/\n# comment\n');
    put('shows/.boilarrignore', '!keep.mp4\nold/\n');
    for (const file of [
      'a.mp4',
      'a.mkv',
      'private/a.mkv',
      'shows/private/a.mkv',
      'shows/keep.mp4',
      'shows/b.mp4',
    ])
      put(file);
    for (const file of ['shows/old/a.mkv', 'shows/x/old/a.mkv', 'old/a.mkv', 'A.MP4']) put(file);
    expect(run().found).toEqual(['A.MP4', 'a.mkv', 'old/a.mkv', 'shows/keep.mp4', 'shows/private/a.mkv']);
  });

  it('leaves a folder out whose rules cannot be read', () => {
    put('a/.boilarrignore');
    put('a/x.mkv');
    put('b.mkv');
    const fs: WalkFileSystem = {
      ...nodeFileSystem,
      readText: () => {
        throw Object.assign(new Error('no'), { code: 'EIO' });
      },
    };
    expect(run({}, fs)).toMatchObject({ found: ['b.mkv'], problems: [{ code: 'EIO' }] });
    put('a/.boilarrignore', '#'.repeat(1024 * 1024 + 1));
    expect(run()).toMatchObject({
      found: ['b.mkv'],
      problems: [{ message: expect.stringMatching(/larger than/) as string }],
    });
  });

  it('is passed over when it is no file: reading a FIFO would never end', () => {
    put('x.mkv');
    execaSync('mkfifo', [path.join(root, '.boilarrignore')]);
    expect(run().found).toEqual(['x.mkv']);
  });
});

describe('what is no regular file', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('is passed over and counted, and no link is followed', async () => {
    put('real/a.mkv');
    execaSync('mkfifo', [path.join(root, 'fifo.mkv')]);
    server = createServer();
    await new Promise<void>((resolve) => server!.listen(path.join(root, 'socket.mkv'), resolve));
    symlinkSync('real/a.mkv', path.join(root, 'link.mkv'));
    symlinkSync('nowhere', path.join(root, 'dangling.mkv'));
    symlinkSync('..', path.join(root, 'real/loop'));
    symlinkSync('/', path.join(root, 'everything'));
    expect(run()).toMatchObject({
      found: ['real/a.mkv'],
      counts: { folders: 2, files: 1, passedOver: 6, problems: 0 },
    });
  });
});

describe('what cannot be read', () => {
  it('is recorded, and the walk goes on', () => {
    put('a/x.mkv');
    put('locked/x.mkv');
    put('gone.mkv');
    put('z.mkv');
    const fs: WalkFileSystem = {
      ...nodeFileSystem,
      entries(folder) {
        if (folder.endsWith('/locked/')) throw Object.assign(new Error('no'), { code: 'EACCES' });
        return nodeFileSystem.entries(folder);
      },
      lstat(file) {
        if (file.endsWith('/gone.mkv')) rmSync(file);
        return nodeFileSystem.lstat(file);
      },
    };
    const { found, problems, counts } = run({}, fs);
    expect(found).toEqual(['a/x.mkv', 'z.mkv']);
    expect(problems.map(({ code }) => code).sort()).toEqual(['EACCES', 'ENOENT']);
    expect(counts.problems).toBe(2);
  });

  it('includes names that are not UTF-8, but not the replacement character itself', () => {
    put('\uFFFD.mkv');
    writeFileSync(Buffer.concat([Buffer.from(`${root}/b`), Buffer.from([0xff]), Buffer.from('.mkv')]), '');
    mkdirSync(Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xc3, 0x28])]));
    const { found, problems } = run();
    expect(found).toEqual(['\uFFFD.mkv']);
    expect(problems.map(({ code }) => code)).toEqual(['invalid_name', 'invalid_name']);
  });

  it.each<[string, () => void, string]>([
    ['is not there', () => rmSync(root, { recursive: true }), 'root_missing'],
    ['is empty but files are known', () => put('.DS_Store'), 'root_empty'],
  ])('fails when the library %s', (_what, prepare, code) => {
    prepare();
    try {
      run({}, nodeFileSystem, { ...NOTHING_KNOWN, any: () => true });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(WalkError);
      expect(error).toMatchObject({ code });
    }
    mkdirSync(root, { recursive: true });
  });
});

describe('batches', () => {
  it('hold 500 changes at most, and end with one that completes the walk', () => {
    for (let n = 0; n < 1201; n += 1) put(`a/${n}.mkv`);
    const { batches, found } = run();
    expect(found).toHaveLength(1201);
    expect(batches.map(({ changes }) => changes.length)).toEqual([500, 500, 201]);
  });
});

describe('folders in the database', () => {
  function known(folders: readonly string[]): KnownFiles {
    const order = [...folders].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    return {
      ...NOTHING_KNOWN,
      nextFolder: (from, before) =>
        order.find((folder) => bytes(folder, from) >= 0 && (before === null || bytes(folder, before) < 0)) ??
        null,
    };
  }
  const folders = ['', 'a', 'a b', 'a/b', 'a/b/c', 'a!', 'a-b/x', 'a0', 'b/c/d', '🎬/x', '\u0001'];

  it.each([
    ['', ['\u0001', 'a', 'a b', 'a!', 'a-b', 'a0', 'b', '🎬']],
    ['a', ['a/b']],
    ['b', ['b/c']],
    ['c', []],
  ])('has the children of %j', (directory, expected) => {
    expect([...new Set(knownChildren(known(folders), directory))].sort()).toEqual([...expected].sort());
  });

  it.each([
    ['a', ['a', 'a/b', 'a/b/c']],
    ['b', ['b', 'b/c/d']],
    ['a-b', ['a-b', 'a-b/x']],
  ])('has all below %j', (directory, expected) => {
    expect([...knownFoldersFrom(known(folders), directory)]).toEqual(expected);
  });
});

describe('walkLibrary', () => {
  it('gives each file with its absolute path, and at the end what there was to say', async () => {
    put('a/x.mkv', 'x');
    const walking = walkLibrary(root, RULES);
    expect((await walking.next()).value).toMatchObject({
      path: path.join(root, 'a/x.mkv'),
      size: 1,
      young: false,
    });
    expect(await walking.next()).toMatchObject({ done: true, value: { counts: { media: 1 }, problems: [] } });
  });
});
