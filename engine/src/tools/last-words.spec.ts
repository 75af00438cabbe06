import { expect, it } from 'vitest';
import { lastWords } from './last-words.js';

it.each([
  ['', 'nothing'],
  ['file:/a\nb.mkv: Invalid data', 'Invalid data'],
  ['[aac @ 0x55ab] Odd\n[aac @ 0x66cd] Odd\n    Last message repeated 34 times\n', 'aac: Odd'],
  ['1\n2\n3\n4\n5', '3 | 4 | 5'],
  ['x'.repeat(9000), 'x'.repeat(300)],
])('of %j keeps %j', (stderr, words) => {
  expect(lastWords(stderr, '/a\nb.mkv')).toBe(words);
});
