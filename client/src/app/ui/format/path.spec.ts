import { describe, expect, it } from 'vitest';
import { joinPath, splitPath } from './path';

describe('splitPath', () => {
  it.each([
    ['a/b/c.mkv', 'a/b', 'c.mkv'],
    ['c.mkv', '', 'c.mkv'],
    ['/media', '', 'media'],
    ['D:\\Films\\x.mkv', 'D:\\Films', 'x.mkv'],
    ['“Quoted” / it’s/🎬 film.mkv', '“Quoted” / it’s', '🎬 film.mkv'],
  ])('%s', (path, folder, name) => {
    expect(splitPath(path)).toEqual({ folder, name });
  });
});

describe('joinPath', () => {
  it.each([
    ['/', 'media', '/media'],
    ['/media', 'films', '/media/films'],
    ['D:\\', 'Films', 'D:\\Films'],
    ['D:\\Films', 'New', 'D:\\Films\\New'],
  ])('%s + %s', (folder, name, path) => {
    expect(joinPath(folder, name)).toBe(path);
  });
});
