import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderRanges, nearestFolder, rangesWithout } from './folder-scopes.js';

const segment = fc.constantFrom('a', 'b', 'a b', 'a0', 'ü🎬', '0', '-', '"', '\u0001');
const directory = fc.array(segment, { maxLength: 3 }).map((parts) => parts.join('/'));

function isIn(path: string, range: { from: string; before: string }): boolean {
  const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return order(path, range.from) >= 0 && order(path, range.before) < 0;
}

describe('nearestFolder', () => {
  it.each([
    ['a/b/c', ['a', 'a/b'], 'a/b'],
    ['a/b', ['a/b'], 'a/b'],
    ['a b', ['a'], null],
    ['ab/c', ['a'], null],
    ['x', ['', 'a'], ''],
    ['', ['a'], null],
    ['', [''], ''],
  ])('of %j among %j is %j', (path, folders, expected) => {
    expect(nearestFolder(new Set(folders), path)).toBe(expected);
  });
});

describe('folderRanges', () => {
  it('is one range when no folder has a value of its own', () => {
    expect(folderRanges(new Map(), 'x')).toEqual([{ from: '', before: '\u{10FFFF}', value: 'x' }]);
    expect(folderRanges(new Map([['a/b', 'x']]), 'x')).toHaveLength(1);
  });

  it('puts every folder into exactly one range, with the value of the nearest folder that has one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(directory, fc.constantFrom('1', '2', '3')), { maxLength: 6 }),
        fc.array(directory, { minLength: 1, maxLength: 20 }),
        (entries, paths) => {
          const values = new Map(entries);
          const ranges = folderRanges(values, '0');
          for (const value of ['0', '1', '9']) {
            const others = rangesWithout(ranges, value);
            for (const path of paths) {
              const owner = nearestFolder(values, path);
              const own = owner === null ? '0' : values.get(owner);
              expect(others.filter((range) => isIn(path, range))).toHaveLength(own === value ? 0 : 1);
            }
            const same = ranges.filter((range) => range.value === value).length;
            expect(others.length).toBeLessThanOrEqual(same + 1);
          }
          for (const path of [...paths, ...values.keys()]) {
            const owner = nearestFolder(values, path);
            const hits = ranges.filter((range) => isIn(path, range));
            expect(hits.map(({ value }) => value)).toEqual([owner === null ? '0' : values.get(owner)]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
