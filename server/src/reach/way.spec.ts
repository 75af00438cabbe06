import { describe, expect, it } from 'vitest';
import { wayTo, type AskedLibrary } from './way.js';

const films: AskedLibrary = { id: 3, name: 'Films', path: '/data/films', expected: 'secret', problem: null };
const found = { libraryId: 3, nodePath: 'Z:\\films', mapped: true, content: 'secret', error: null };
const lost = { ...found, content: null, error: 'ENOENT: no such file' };
const other = { ...found, content: 'something else' };
const unknown: AskedLibrary = { ...films, expected: null, problem: 'EROFS' };

describe('wayTo', () => {
  it.each([
    ['by the mapped path', films, found, 'fallback', 'mapped', null],
    ["by the server's path", films, { ...found, mapped: false }, 'never', 'same', null],
    ['by the share, when nothing may travel', films, found, 'never', 'mapped', null],
    ['over the network, where all has to', films, found, 'always', 'transfer', null],
    ['over the network, for want of the share', films, lost, 'fallback', 'transfer', /Z:\\films: ENOENT/],
    [
      'not at all',
      films,
      lost,
      'never',
      'none',
      /node tower cannot read library Films at Z:\\films: ENOENT.*; mount it there, map/,
    ],
    [
      'not by a folder that only has the same name',
      films,
      other,
      'never',
      'none',
      /another folder than the server's \/data\/films/,
    ],
    ['over the network, past such a folder', films, other, 'fallback', 'transfer', /another folder/],
    ['over the network, when it cannot be tried', unknown, found, 'fallback', 'transfer', /not known: EROFS/],
    ['not, when it cannot be tried', unknown, undefined, 'never', 'none', /not known: EROFS/],
    ['not, when the node does not say', films, undefined, 'never', 'none', /has not said/],
  ] as const)('%s', (_name, library, result, transfer, way, problem) => {
    const entry = wayTo(library, result, { name: 'tower', transfer });
    expect(entry).toMatchObject({ libraryId: 3, way });
    if (problem === null) expect(entry.problem).toBeNull();
    else expect(entry.problem).toMatch(problem);
    expect(entry.nodePath).toBe(
      way === 'transfer' && transfer === 'always' ? null : (result?.nodePath ?? null),
    );
  });
});
