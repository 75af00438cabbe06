import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { FOLDER_FILE } from '../profiles/folder-file.js';
import { ScanFixture } from './testing/scan-fixture.js';

const segment = fc.constantFrom('a', 'b', 'a b', "it's", '-rf', 'new\nline', 'ü🎬', 'a0', '"', '\\');
const folder = fc.array(segment, { maxLength: 2 }).map((parts) => parts.join('/'));
const file = fc
  .tuple(folder, segment, fc.constantFrom('mkv', 'mp4', 'txt'))
  .map(([directory, name, extension]) => path.posix.join(directory, `${name}.${extension}`));

type Action =
  | { kind: 'write'; file: string; content: string }
  | { kind: 'remove'; path: string }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'link'; from: string; to: string }
  | { kind: 'fifo' | 'loop'; file: string }
  | { kind: 'profile'; folder: string; crf: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('write'), file, content: fc.string({ maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove'), path: fc.oneof(file, folder) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('rename'),
      from: fc.oneof(file, folder),
      to: fc.oneof(file, folder),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('link'), from: file, to: file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('fifo', 'loop'), file }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('profile'),
      folder,
      crf: fc.integer({ min: 10, max: 13 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remove'),
      path: folder.map((directory) => path.posix.join(directory, FOLDER_FILE)),
    }),
  },
);

/** What does not fit the tree as it is (a folder where a file is wanted, say) is left undone. */
function attempt(root: string, step: Action): void {
  const at = (relative: string) => path.join(root, relative);
  try {
    if (step.kind === 'write') {
      mkdirSync(path.dirname(at(step.file)), { recursive: true });
      if (!existsSync(at(step.file)) || lstatSync(at(step.file)).isFile())
        writeFileSync(at(step.file), step.content);
    } else if (step.kind === 'remove') {
      if (step.path !== '') rmSync(at(step.path), { recursive: true });
    } else if (step.kind === 'rename') {
      if (step.from !== '' && step.to !== '') renameSync(at(step.from), at(step.to));
    } else if (step.kind === 'link') {
      mkdirSync(path.dirname(at(step.to)), { recursive: true });
      linkSync(at(step.from), at(step.to));
    } else if (step.kind === 'profile') {
      mkdirSync(at(step.folder), { recursive: true });
      writeFileSync(at(path.join(step.folder, FOLDER_FILE)), `video: {crf: ${step.crf}}`);
    } else {
      mkdirSync(path.dirname(at(step.file)), { recursive: true });
      if (step.kind === 'loop') symlinkSync('..', at(step.file));
      else execaSync('mkfifo', [at(step.file)]);
    }
  } catch {
    // As said.
  }
}

/** The media files of a tree, as `path size mtime`. */
function tree(root: string, directory = ''): string[] {
  return readdirSync(path.join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const inside = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (entry.isDirectory()) return tree(root, inside);
    if (!entry.isFile() || !/\.(mkv|mp4)$/.test(entry.name)) return [];
    const { size, mtimeNs } = lstatSync(path.join(root, inside), { bigint: true });
    return [`${inside} ${size} ${mtimeNs}`];
  });
}

/** What the folder of a file, or the nearest one above it that has a say, wants its files to be decided with. */
function wanted(root: string, directory: string): string {
  for (let at = directory; ; at = path.posix.dirname(at)) {
    const file = path.join(root, at, FOLDER_FILE);
    if (existsSync(file)) return `crf-${/\d+/.exec(readFileSync(file, 'utf8'))?.[0] ?? ''}`;
    if (at === '.' || at === '') return 'crf-28';
  }
}

async function table(fixture: ScanFixture, library: LibraryEntity): Promise<string[]> {
  const rows = await fixture.files(library);
  return rows
    .filter(({ status }) => status !== 'missing')
    .map(({ directory, name, size, mtimeNs }) => `${path.posix.join(directory, name)} ${size} ${mtimeNs}`);
}

describe('whatever happens to two libraries', () => {
  it('a scan makes the table equal to the tree, decided as its folders want it, and a second one writes nothing', async () => {
    const step = fc.record({ library: fc.constantFrom(0, 1), action });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { maxLength: 4 }),
        async (rounds) => {
          const fixture = await ScanFixture.create();
          fixture.decide = (_info, { video }) => ({
            verdict: 'skip',
            reason: { code: `crf-${video.crf}`, message: '' },
          });
          try {
            const libraries = [await fixture.addLibrary('one'), await fixture.addLibrary('two')];
            for (const { path: root } of libraries) {
              mkdirSync(root);
              // Never empty, which would count as not mounted.
              writeFileSync(path.join(root, 'stays'), '');
            }
            for (const steps of rounds) {
              for (const { library, action: what } of steps) attempt(libraries[library]!.path, what);
              for (const library of libraries) {
                const status = await fixture.scan(library);
                expect(status).toMatchObject({ state: 'completed', toProbe: 0, counts: { problems: 0 } });
                expect((await table(fixture, library)).sort()).toEqual(tree(library.path).sort());
                const undecided = (await fixture.files(library)).filter(
                  ({ status: s }) => s !== 'missing' && s !== 'skipped',
                );
                expect(undecided).toEqual([]);
                for (const { status: s, directory, name, reasonCode } of await fixture.files(library)) {
                  if (s === 'missing') continue;
                  const linked = lstatSync(path.join(library.path, directory, name)).nlink > 1;
                  // What was skipped before it got its second name stays skipped for the reason it had.
                  const own = wanted(library.path, directory);
                  expect(linked ? [own, 'hard_linked'] : [own], `${directory}/${name}`).toContain(reasonCode);
                }
              }
            }
            const before = await fixture.totalChanges();
            for (const library of libraries) await fixture.scan(library);
            // Each scan notes when it was.
            expect((await fixture.totalChanges()) - before).toBe(libraries.length);
            const rows = await fixture.files();
            const tally = await fixture.dataSource.query<[{ files: number | null }]>(
              'SELECT SUM("files") AS "files" FROM "library_tally"',
            );
            expect(tally[0].files ?? 0).toBe(rows.length);
          } finally {
            await fixture.destroy();
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});
