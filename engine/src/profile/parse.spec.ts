import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILES } from './defaults.js';
import { parseProfile, profileHash } from './parse.js';
import { profileSchema } from './schema/index.js';

function errorsOf(text: string): string[] {
  const result = parseProfile(text, 'p.yaml');
  return result.ok ? [] : result.errors.map(({ message }) => message);
}

/** As much of it as a profile may have, nearly. */
const fill = (piece: string) => piece.repeat(Math.floor(32_000 / piece.length));

describe('parseProfile', () => {
  it.each(['', '# nothing\n', 'video:\n  # crf: 20\naudio:\n', '---\n'])(
    'takes %j for the defaults',
    (text) => {
      expect(parseProfile(text, 'p.yaml')).toEqual({ ok: true, profile: profileSchema.parse({}) });
    },
  );

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
    ['depth', fill('[')],
    ['deep blocks', Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['length', '#'.repeat(100_000)],
    ['an alias of itself', 'audio: &a [*a]\n'],
    ['an alias of its section', 'video: &a {parameters: {x: *a}}\n'],
    ['keys', Array.from({ length: 6000 }, (_, i) => `${i.toString(36)}:`).join('\n')],
    ['unknown keys', Array.from({ length: 4000 }, (_, i) => `k${i.toString(36)}: 1`).join('\n')],
    ['wrong entries', `audio: {keepLanguages: [${fill('1, ')}]}`],
    ['broken lines', fill('a: b: @\n')],
    ['long words', `container: ${fill('m')}\n`],
    ['long keys', `${fill('m')}: 1\n`],
    ['pieces of one word', `container: "${fill('mkv, ')}"\n`],
    ['tags', fill('!a ')],
    ['signs', fill('- ')],
    ['question marks in brackets', `[${fill('? ')}`],
    ['colons', fill(': ')],
    ['question marks', fill('? ')],
    ['two documents', 'container: mkv\n---\ncontainer: mp4\n'],
    ['bytes', '\u0000\u0001'],
  ])('refuses a bomb of %s in no time, and briefly', (_name, text) => {
    const started = performance.now();
    const errors = errorsOf(text);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.join('\n').length).toBeLessThan(50_000);
    for (const error of errors) expect(error).not.toMatch(/call stack|undefined/i);
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
