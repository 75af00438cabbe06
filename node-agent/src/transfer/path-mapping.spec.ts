import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodePathOf } from './path-mapping.js';

const map = (server: string, node: string) => ({ server, node });
const NAS = map('/data/media', String.raw`\\nas\media`);
const DRIVE = map('/data/media', 'Z:\\media');

describe('nodePathOf', () => {
  it.each([
    ['without a mapping', '/data/a.mkv', [], '/data/a.mkv', false],
    ['with none that holds it', '/other/a.mkv', [map('/data', '/mnt')], '/other/a.mkv', false],
    ['by a mapping', '/data/films/a.mkv', [map('/data', '/mnt/nas')], '/mnt/nas/films/a.mkv', true],
    ['the folder itself', '/data', [map('/data', '/mnt/nas')], '/mnt/nas', true],
    ['by whole folders only', '/database/a.mkv', [map('/data', '/mnt')], '/database/a.mkv', false],
    ['separators at the ends', '/data/a.mkv', [map('/data/', '/mnt/nas/')], '/mnt/nas/a.mkv', true],
    ['doubled separators', '/data//films/a.mkv', [map('/data', '/mnt')], '/mnt/films/a.mkv', true],
    ['everything', '/data/a.mkv', [map('/', '/host')], '/host/data/a.mkv', true],
    ['onto the root', '/data/a.mkv', [map('/data', '/')], '/a.mkv', true],
    ['to a drive', '/data/media/x y/a.mkv', [DRIVE], 'Z:\\media\\x y\\a.mkv', true],
    ['to a drive written with slashes', '/data/a.mkv', [map('/data', 'z:/media/')], 'z:\\media\\a.mkv', true],
    ['to a whole drive', '/data/a.mkv', [map('/data', 'Z:')], 'Z:\\a.mkv', true],
    ['to a whole drive with its separator', '/data/a.mkv', [map('/data', 'Z:\\')], 'Z:\\a.mkv', true],
    ['to a share', '/data/media/a/b.mkv', [NAS], String.raw`\\nas\media\a\b.mkv`, true],
    [
      'to a share written with slashes',
      '/data/a.mkv',
      [map('/data', '//nas/media')],
      String.raw`\\nas\media\a.mkv`,
      true,
    ],
    ['from a server on Windows', 'D:\\films\\a.mkv', [map('D:/films', '/mnt')], '/mnt/a.mkv', true],
    ['upper and lower case apart on the server', '/Data/a.mkv', [map('/data', '/mnt')], '/Data/a.mkv', false],
    [
      'a backslash in a name, on a node that allows it',
      '/data/a\\b.mkv',
      [map('/data', '/mnt')],
      '/mnt/a\\b.mkv',
      true,
    ],
  ])('%s', (_name, server, mappings, path, mapped) => {
    expect(nodePathOf(server, mappings)).toEqual({ path, mapped });
  });

  it('takes the longest folder, wherever it stands in the list', () => {
    const mappings = [map('/data', '/a'), map('/data/films/new', '/c'), map('/data/films', '/b')];
    for (const list of [mappings, mappings.toReversed()]) {
      expect(nodePathOf('/data/x.mkv', list)?.path).toBe('/a/x.mkv');
      expect(nodePathOf('/data/films/x.mkv', list)?.path).toBe('/b/x.mkv');
      expect(nodePathOf('/data/films/new/x.mkv', list)?.path).toBe('/c/x.mkv');
      expect(nodePathOf('/data/films/newer/x.mkv', list)?.path).toBe('/b/newer/x.mkv');
    }
  });

  it.each([
    ['a way up', '/data/../etc/passwd', [map('/data', '/mnt')]],
    ['a way up without a mapping', '/data/../etc/passwd', []],
    ['a NUL', '/data/a\0b', []],
    ['a way up in the mapping', '/data/a.mkv', [map('/data', '/mnt/../etc')]],
    ['a backslash in a name, which Windows takes for a folder', '/data/media/a\\..\\b.mkv', [DRIVE]],
    ['a colon in a name, which Windows takes for a stream', '/data/media/a:b.mkv', [DRIVE]],
  ])('refuses %s', (_name, server, mappings) => {
    expect(nodePathOf(server, mappings)).toBeNull();
  });

  it('never leads out of the folder that it maps to', () => {
    const names = fc.array(
      fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', '.', '\\', '/', ':', ' ') }),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(names, fc.constantFrom('/mnt/nas', 'Z:\\nas', String.raw`\\nas\films`), (parts, node) => {
        const found = nodePathOf(`/data/${parts.join('/')}`, [map('/data', node)]);
        if (found === null) return;
        expect(found.mapped).toBe(true);
        const separator = node.startsWith('/') ? '/' : '\\';
        const rest = found.path.slice(node.length);
        expect(found.path.startsWith(node)).toBe(true);
        expect(rest.replace(/[\\/]$/, '') === '' || rest.startsWith(separator)).toBe(true);
        expect(rest.split(separator)).not.toContain('..');
      }),
    );
  });

  it('finds every file below a mapped folder under the same names', () => {
    const name = fc.stringMatching(/^[a-z0-9 ]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.array(name, { maxLength: 3 }),
        (below, top) => {
          const server = ['', ...top, ...below].join('/');
          const found = nodePathOf(server, [map(`/${top.join('/')}`, 'Y:\\in')]);
          expect(found).toEqual({ path: ['Y:\\in', ...below].join('\\'), mapped: true });
        },
      ),
    );
  });
});
