import { describe, expect, it } from 'vitest';
import { readLayer } from './layers.js';
import { BROKEN, WRONG } from './testing/wrong-profiles.js';

function messages(text: string, kind: 'named' | 'folder'): string[] {
  const read = readLayer(text, kind === 'named' ? 'p.yaml' : '.boilarr.yaml', kind);
  return read.ok ? [] : read.errors.map(({ message }) => message);
}

describe('a named profile', () => {
  it.each([...WRONG, ...BROKEN])('with %s', (_name, text, message) => {
    expect(messages(text, 'named')).toEqual([message]);
    expect(messages(text, 'folder').length).toBe(1);
  });

  it('names no other', () => {
    expect(messages('profile: av1-default\n', 'named')).toEqual([
      'p.yaml:1:1: profile: only a .boilarr.yaml in a folder may name a profile to start from; take this line out',
    ]);
  });
});

describe("a folder's file", () => {
  it.each([
    [
      'profile: av1-anime.yaml\n',
      '.boilarr.yaml:1:10: profile: is "av1-anime.yaml", but must be the name of a profile without folder and ending, such as av1-default or av1-anime',
    ],
    [
      'profile: ../other\n',
      '.boilarr.yaml:1:10: profile: is "../other", but must be the name of a profile without folder and ending, such as av1-default or av1-anime',
    ],
    [
      'prfile: av1-anime\n',
      '.boilarr.yaml:1:1: prfile: there is no such key at the outermost level; did you mean "profile"?',
    ],
  ])('%j', (text, message) => {
    expect(messages(text, 'folder')).toEqual([message]);
  });
});
