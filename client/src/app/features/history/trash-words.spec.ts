import { expect, it } from 'vitest';
import { amount, namesOf, files, sizeOf } from './trash-words';

const entries = (...names: string[]) => names.map((name) => ({ originalPath: `/media/films/${name}` }));

it.each([
  [entries('a.mkv'), 'a.mkv'],
  [entries('a.mkv', 'b.mkv', 'c.mkv'), 'a.mkv, b.mkv, c.mkv'],
  [entries('a.mkv', 'b.mkv', 'c.mkv', 'd.mkv'), 'a.mkv, b.mkv, c.mkv and 1 more'],
])('names a few and counts the rest', (some, words) => {
  expect(namesOf(some)).toBe(words);
});

it('counts files and bytes', () => {
  expect([files(1), files(2), files(12_345)]).toEqual(['1 file', '2 files', '12,345 files']);
  expect(amount(1, 1024 ** 3)).toBe('1 file with 1.00 GiB');
  expect(sizeOf([{ size: 3 }, { size: 4 }])).toBe(7);
  expect(sizeOf([])).toBe(0);
});
