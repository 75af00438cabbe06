import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILES } from './defaults.js';
import { effectiveProfile, type EffectiveProfile } from './effective.js';
import { readLayer, type ProfileLayer } from './layers.js';
import { PARAMETERS, profileSchema, TUNES, type VideoCodec } from './schema/index.js';

/** A layer's values by key path: what is not there is not said. */
type Leaves = Record<string, unknown>;

const yesOrNo = fc.boolean();
const list = (...words: string[]) => fc.subarray(words);

/** Values that go together whatever else is said, as long as the codec is this one. */
function leavesFor(codec: VideoCodec): fc.Arbitrary<Leaves> {
  const parameters = PARAMETERS[codec]
    .slice(0, 3)
    .map((name): [string, fc.Arbitrary<unknown>] => [
      `video.parameters.${name}`,
      fc.integer({ min: 0, max: 9 }),
    ]);
  return fc.record(
    {
      description: fc.string({ maxLength: 20 }),
      container: fc.constantFrom('mkv', 'mp4', 'webm'),
      'video.crf': fc.integer({ min: 1, max: 51 }),
      'video.preset': fc.integer({ min: 0, max: 13 }),
      'video.tune': fc.constantFrom('default', ...TUNES[codec]),
      'video.filmGrain': fc.oneof(fc.constant('auto'), fc.integer({ min: 0, max: 50 })),
      'video.encoder': fc.constantFrom('software', 'nvenc', 'auto'),
      ...Object.fromEntries(parameters),
      'audio.codec': fc.constantFrom('opus', 'aac', 'copy'),
      'audio.bitRates.stereo': fc.integer({ min: 6, max: 5120 }),
      'audio.bitRates.mono': fc.integer({ min: 6, max: 5120 }),
      'audio.keepLanguages': list('eng', 'ger', 'jpn', 'und'),
      'subtitles.keepLanguages': list('en', 'pt-BR'),
      'keep.chapters': yesOrNo,
      'act.minimumSaving': fc.integer({ min: -10, max: 99 }),
      'act.goodVideoCodecs': list('av1', 'hevc', 'vp9'),
      'act.modifiedAfter': fc.constantFrom('2015-12-31', '2024-02-29'),
      'verify.minimumVmaf': fc.integer({ min: 1, max: 100 }),
    },
    { requiredKeys: [] },
  );
}

/** One codec, a named profile that sets it, and folders that do not. */
const layersOfLeaves = fc
  .constantFrom<VideoCodec>('av1', 'hevc', 'h264')
  .chain((codec) =>
    fc.tuple(
      leavesFor(codec).map((leaves): Leaves => ({ ...leaves, 'video.codec': codec })),
      fc.array(leavesFor(codec), { maxLength: 4 }),
    ),
  )
  .map(([named, folders]) => [named, ...folders]);

/** The text of a layer: JSON is YAML. */
function textOf(leaves: Leaves): string {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(leaves)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    let section = root;
    for (const key of keys) section = (section[key] ??= {}) as Record<string, unknown>;
    section[last] = value;
  }
  return JSON.stringify(root);
}

function layer(leaves: Leaves, index: number): ProfileLayer {
  const read = readLayer(textOf(leaves), `layer${index}`, index === 0 ? 'named' : 'folder');
  if (!read.ok) throw new Error(read.errors.map(({ message }) => message).join('\n'));
  return read.layer;
}

function effective(all: readonly Leaves[]): EffectiveProfile {
  const result = effectiveProfile(all.map(layer));
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.effective;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => (current as Leaves | undefined)?.[key], value);
}

describe('effectiveProfile', () => {
  it('has for every key what was said last, else the default, and knows who said it', () => {
    fc.assert(
      fc.property(layersOfLeaves, (all) => {
        const { profile, origins } = effective(all);
        const codec = all[0]!['video.codec'] as VideoCodec;
        const defaults = profileSchema.parse({ video: { codec } });
        expect(profileSchema.safeParse(profile).success).toBe(true);
        for (const [path, origin] of Object.entries(origins)) {
          const index = all.findLastIndex((leaves) => Object.hasOwn(leaves, path));
          expect(valueAt(profile, path), path).toEqual(
            index === -1 ? valueAt(defaults, path) : all[index]![path],
          );
          expect(origin).toMatchObject(
            index === -1 ? { kind: 'default' } : { kind: 'layer', file: `layer${index}`, line: 1 },
          );
        }
        for (const leaves of all)
          for (const path of Object.keys(leaves)) expect(origins).toHaveProperty([path]);
      }),
    );
  });

  it('never changes a key that the last layer does not name', () => {
    fc.assert(
      fc.property(layersOfLeaves, (all) => {
        const before = effective(all.slice(0, -1).length === 0 ? all : all.slice(0, -1));
        const after = effective(all);
        for (const path of Object.keys(after.origins)) {
          if (Object.hasOwn(all.at(-1)!, path)) continue;
          expect(valueAt(after.profile, path)).toEqual(valueAt(before.profile, path));
          expect(after.origins[path]).toEqual(before.origins[path]);
        }
      }),
    );
  });

  it('is the same however neighbours are put together beforehand, and whatever order a file has', () => {
    fc.assert(
      fc.property(layersOfLeaves, fc.nat(), (all, at) => {
        const whole = effective(all);
        const cut = at % all.length;
        const [first, ...rest] = all;
        const joined = [
          Object.assign({}, first, ...rest.slice(0, cut)) as Leaves,
          ...(cut < rest.length ? [Object.assign({}, ...rest.slice(cut)) as Leaves] : []),
        ];
        expect(effective(joined).profile).toEqual(whole.profile);
        const backwards = all.map((leaves) => Object.fromEntries(Object.entries(leaves).reverse()));
        expect(effective(backwards).hash).toBe(whole.hash);
        expect(effective(joined).hash).toBe(whole.hash);
      }),
    );
  });

  it('has another hash exactly when something else than the description differs', () => {
    fc.assert(
      fc.property(layersOfLeaves, layersOfLeaves, fc.string({ maxLength: 9 }), (some, other, description) => {
        const a = effective(some);
        const b = effective(other);
        const { description: _a, ...decisiveA } = a.profile;
        const { description: _b, ...decisiveB } = b.profile;
        const same = JSON.stringify(sorted(decisiveA)) === JSON.stringify(sorted(decisiveB));
        expect(a.hash === b.hash).toBe(same);
        expect(effective([...some, { description }]).hash).toBe(a.hash);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .map(([key, entry]): [string, unknown] => [key, sorted(entry)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Text from the pieces that YAML gives a meaning. */
const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\n  ',
        '\n    ',
        ': ',
        ':',
        '- ',
        ', ',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '#',
        '? ',
        '\t',
      ),
      fc.constantFrom(
        '&a ',
        '*a',
        '<<',
        '!',
        '!!map ',
        '%YAML 1.1\n',
        '---\n',
        '...\n',
        '|\n',
        '>-\n',
        '@',
        '`',
        '~',
      ),
      fc.constantFrom(
        'video',
        'audio',
        'crf',
        'codec',
        'parameters',
        'bitRates',
        'profile',
        'keepLanguages',
        'act',
      ),
      fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        'length',
        'null',
        'true',
        '28',
        '.inf',
        '-0',
        '1e999',
      ),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

/** A shipped profile with some of its text replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...Object.values(DEFAULT_PROFILES)),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 30 }), fc.oneof(fc.string({ maxLength: 8 }), yamlish)), {
      maxLength: 4,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce((current, [at, length, piece]) => {
      const start = at % (current.length + 1);
      return current.slice(0, start) + piece + current.slice(start + length);
    }, text),
  );

describe('readLayer', () => {
  it.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 300 })],
    ["YAML's own signs", yamlish],
    ['shipped profiles with mistakes', mutated],
  ])('gives a layer or messages for %s', (_name, texts) => {
    fc.assert(
      fc.property(texts, fc.constantFrom('named' as const, 'folder' as const), (text, kind) => {
        const started = performance.now();
        const read = readLayer(text, 'f.yaml', kind);
        const result = read.ok ? effectiveProfile([read.layer]) : read;
        expect(performance.now() - started).toBeLessThan(20_000);
        if (!result.ok) {
          const lines = text.split('\n').length;
          expect(result.errors.length).toBeGreaterThan(0);
          for (const { message, line, column } of result.errors) {
            expect(message).toMatch(/^f\.yaml:\d+:\d+: ./);
            expect(message).not.toMatch(/undefined|\[object|call stack|is not valid YAML: $/i);
            expect(message.length).toBeLessThan(1000);
            expect(line).toBeLessThanOrEqual(lines);
            expect(column).toBeGreaterThan(0);
          }
        }
        expect(({} as Leaves)['crf']).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });
});
