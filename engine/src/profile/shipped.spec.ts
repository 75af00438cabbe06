import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILES } from './defaults.js';
import { parseProfile } from './parse.js';
import { profileSchema } from './schema/index.js';
import { shapeOf, unwrap } from './schema-tree.js';
import { readYaml } from './yaml-source.js';

type Values = Record<string, unknown>;

/** Every key path that is written, with a value or without. */
function written(text: string): Map<string, unknown> {
  const yaml = readYaml(text, 'p.yaml');
  if (!yaml.ok) throw new Error(yaml.errors[0]?.message);
  const found = new Map<string, unknown>();
  const look = (value: Values, path: string[]): void => {
    for (const [key, entry] of Object.entries(value)) {
      const section =
        typeof entry === 'object' && !Array.isArray(entry) && Object.keys(entry as Values).length > 0;
      if (section) look(entry as Values, [...path, key]);
      else found.set([...path, key].join('.'), entry);
    }
  };
  look(yaml.source.value as Values, []);
  for (const { path, key } of yaml.source.emptyKeys) {
    found.set([...path, key].join('.'), undefined);
    found.delete(path.join('.'));
  }
  return found;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => (current as Values)[key], value);
}

const profileOf = (name: string) => {
  const result = parseProfile(DEFAULT_PROFILES[name]!, `${name}.yaml`);
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.profile;
};

const DEFAULTS = profileSchema.parse({});

describe('the shipped profiles', () => {
  it('are these', () => {
    expect(Object.keys(DEFAULT_PROFILES)).toEqual([
      'av1-default',
      'av1-anime',
      'av1-archive',
      'hevc-fast',
      'dolby-vision',
      'audio-only',
      'remux',
    ]);
  });

  it.each(Object.keys(DEFAULT_PROFILES))('%s is valid, says what it is for, and names its schema', (name) => {
    expect(profileOf(name).description).toMatch(/\w/);
    expect(DEFAULT_PROFILES[name]).toMatch(/^# yaml-language-server: \$schema=\.\/profile\.schema\.json\n/);
    expect(DEFAULT_PROFILES[name]).not.toMatch(/[^\n]{121}|[ \t]\n/);
  });

  it('av1-default says every key, and each as its default', () => {
    const keys: string[] = [];
    const look = (schema: typeof profileSchema | ReturnType<typeof unwrap>, path: string[]): void => {
      for (const [key, child] of Object.entries(shapeOf(schema) ?? {})) {
        if (shapeOf(unwrap(child)) === null) keys.push([...path, key].join('.'));
        else look(unwrap(child), [...path, key]);
      }
    };
    look(profileSchema, []);
    expect([...written(DEFAULT_PROFILES['av1-default']!).keys()].sort()).toEqual(keys.sort());
    const { description: _description, ...profile } = profileOf('av1-default');
    expect(profile).toEqual(DEFAULTS);
    expect(profile.act.goodVideoCodecs).toEqual(['av1']);
  });

  it.each(Object.keys(DEFAULT_PROFILES).filter((name) => name !== 'av1-default'))(
    '%s says only what differs from the defaults',
    (name) => {
      for (const [path, value] of written(DEFAULT_PROFILES[name]!))
        if (value !== undefined) expect(value, path).not.toEqual(valueAt(DEFAULTS, path));
    },
  );

  it('do what their names say', () => {
    expect(profileOf('av1-anime').video).toMatchObject({ codec: 'av1', crf: 26, filmGrain: 'auto' });
    expect(profileOf('av1-archive')).toMatchObject({
      video: { codec: 'av1', crf: 20, preset: 4, filmGrain: 'auto' },
      audio: { codec: 'copy' },
      verify: {},
    });
    expect(profileOf('hevc-fast')).toMatchObject({
      video: { codec: 'hevc', encoder: 'auto', preset: 10, crf: 23 },
      audio: { codec: 'aac' },
      act: { goodVideoCodecs: ['hevc', 'av1'] },
    });
    expect(profileOf('dolby-vision').dolbyVision).toMatchObject({
      ...{ profile7Mel: 'convert', profile7Fel: 'skip', profile81: 'skip', others: 'skip' },
      allowFelLoss: false,
    });
    expect(profileOf('audio-only')).toMatchObject({ video: { codec: 'copy' }, audio: { codec: 'opus' } });
    expect(profileOf('remux')).toMatchObject({
      video: { codec: 'copy' },
      audio: { codec: 'copy' },
      container: 'mkv',
      act: { goodContainers: ['mkv'], minimumExpectedSaving: -5, minimumSaving: -5 },
    });
  });
});
