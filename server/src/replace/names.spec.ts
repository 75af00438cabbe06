import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToBytes, finalPathFor, stagePathFor, trashPathFor } from './names.js';

const NOW = Date.UTC(2025, 10, 21, 23, 59);

describe('names', () => {
  it.each([
    ['/l/Film.mkv', 'mkv', '/l/Film.mkv'],
    ['/l/Film.MKV', 'mkv', '/l/Film.MKV'],
    ['/l/Film.avi', 'mkv', '/l/Film.mkv'],
    ['/l/Film', 'mkv', '/l/Film.mkv'],
    ['/l/Dr. Who', 'mkv', '/l/Dr.mkv'],
    ['/l/.hidden', 'mkv', '/l/.hidden.mkv'],
  ])('%s as %s becomes %s', (source, extension, final) => {
    expect(finalPathFor(source, extension)).toBe(final);
  });

  it('refuses a name that would be too long, and tokens and extensions that are no plain words', () => {
    expect(() => finalPathFor(`/l/${'x'.repeat(252)}.ts`, 'mkv')).toThrow(/longer than a file name/);
    expect(() => stagePathFor('/l/a.mkv', '../x', 'mkv')).toThrow(/token/);
    expect(() => stagePathFor('/l/a.mkv', 'abc', 'm/kv')).toThrow(/extension/);
    expect(stagePathFor('/l/a.avi', 'abc', 'mkv')).toBe('/l/.boilarr-stage-abc.mkv');
  });

  it('keeps the way of a file readable in the trash', () => {
    expect(trashPathFor('/l', '/l/Show/S01/a.b.mkv', NOW)).toMatch(
      /^\/l\/\.boilarr-trash\/2025-11-21\/Show\/S01\/a\.b~[0-9a-f]{8}\.mkv$/,
    );
  });

  it('never goes beyond what a file system takes, nor names the same twice', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
      .map((text) => cutToBytes(text.replaceAll(/[/\0]/g, '_'), 255))
      .filter((text) => text !== '' && text !== '.' && text !== '..');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 30 }), (segments) => {
        const file = path.join('/l', ...segments);
        const trash = trashPathFor('/l', file, NOW);
        expect(trash.startsWith('/l/.boilarr-trash/2025-11-21/')).toBe(true);
        expect(Buffer.byteLength(path.basename(trash))).toBeLessThanOrEqual(255);
        expect(Buffer.byteLength(trash)).toBeLessThanOrEqual(4095);
        expect(trashPathFor('/l', file, NOW)).not.toBe(trash);
      }),
      { numRuns: 200 },
    );
  });

  it('cuts between characters', () => {
    expect(cutToBytes('aüb', 2)).toBe('a');
    expect(cutToBytes('aüb', 3)).toBe('aü');
    expect(cutToBytes('😀😀', 7)).toBe('😀');
  });
});
