import { expect, it } from 'vitest';
import { sentence } from './sentence';

it.each([
  ['the disk is full', 'The disk is full.'],
  ['It is kept.', 'It is kept.'],
  ['is it there?', 'Is it there?'],
  ['/media/a.mkv is gone', '/media/a.mkv is gone.'],
])('%s -> %s', (text, words) => {
  expect(sentence(text)).toBe(words);
});
