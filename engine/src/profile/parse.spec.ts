import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILES } from './defaults.js';
import { parseProfile, profileHash } from './parse.js';
import { profileSchema } from './schema/index.js';

function errorsOf(text: string): string[] {
  const result = parseProfile(text, 'p.yaml');
  return result.ok ? [] : result.errors.map(({ message }) => message);
}

describe('parseProfile', () => {
  it.each(['', '# nothing\n', 'video:\n  # crf: 20\naudio:\n', '---\n'])(
    'takes %j for the defaults',
    (text) => {
      expect(parseProfile(text, 'p.yaml')).toEqual({ ok: true, profile: profileSchema.parse({}) });
    },
  );

  it('ships a file that says what the defaults are, key by key', () => {
    const result = parseProfile(DEFAULT_PROFILES['av1-default']!, 'av1-default.yaml');
    const { description, ...profile } = profileSchema.parse({});
    expect(result).toEqual({ ok: true, profile: { description: expect.any(String) as string, ...profile } });
    expect(description).toBeUndefined();
    for (const section of Object.values(profile)) {
      for (const key of typeof section === 'object' ? Object.keys(section) : []) {
        expect(DEFAULT_PROFILES['av1-default']).toMatch(new RegExp(`^ +${key}:`, 'm'));
      }
    }
  });

  it('finds every mistake at once, in the order of the text', () => {
    expect(
      errorsOf('video:\n  crf: 0\n  preset: x\nact:\n  stallSeconds: 1\n').map(
        (message) => message.split(': ')[1],
      ),
    ).toEqual(['video.crf', 'video.preset', 'act.stallSeconds']);
  });

  it.each([
    [
      'aliases',
      `a: &a [1]\n${Array.from(
        { length: 9 },
        (_, i) =>
          `k${i}: &k${i} [${Array(9)
            .fill(i === 0 ? '*a' : `*k${i - 1}`)
            .join(',')}]`,
      ).join('\n')}`,
    ],
    ['depth', '['.repeat(30_000)],
    ['deep blocks', Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['length', '#'.repeat(100_000)],
    ['two documents', 'container: mkv\n---\ncontainer: mp4\n'],
    ['bytes', '\u0000\u0001'],
  ])('refuses a bomb of %s in no time', (_name, text) => {
    const started = performance.now();
    expect(errorsOf(text).length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('profileHash', () => {
  const hash = (text: string) => {
    const result = parseProfile(text, 'p.yaml');
    if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join());
    return profileHash(result.profile);
  };

  it('depends on what decides, and on nothing else', () => {
    const plain = hash('');
    expect(plain).toMatch(/^[0-9a-f]{16}$/);
    expect(hash('description: other\ncontainer: mkv\n')).toBe(plain);
    expect(hash(DEFAULT_PROFILES['av1-default']!)).toBe(plain);
    expect(hash('video: {preset: 8, crf: 28}\n')).toBe(hash('video:\n  crf: 28\n  preset: 8\n'));
    expect(hash('video: {crf: 27}\n')).not.toBe(plain);
  });
});
