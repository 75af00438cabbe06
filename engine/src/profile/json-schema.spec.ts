import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_PROFILES } from './defaults.js';
import { profileJsonSchema } from './json-schema.js';
import { WRONG } from './testing/wrong-profiles.js';
import { readYaml } from './yaml-source.js';

/** Zod's reading of a JSON Schema, which leaves out `if` and `then`: those are asked one by one. */
function accepts(schema: unknown, value: unknown): boolean {
  const { allOf = [], ...plain } = schema as { allOf?: { if: object; then: object }[] };
  const section = (part: object) => z.fromJSONSchema({ type: 'object', ...part });
  const passes = allOf.every(
    (rule) => !section(rule.if).safeParse(value).success || section(rule.then).safeParse(value).success,
  );
  return passes && z.fromJSONSchema(plain).safeParse(value).success;
}

describe('profileJsonSchema', () => {
  const valueOf = (text: string): Record<string, unknown> => {
    const yaml = readYaml(text, 'p.yaml');
    if (!yaml.ok) throw new Error(yaml.errors[0]?.message);
    const value = yaml.source.value as Record<string, Record<string, unknown>>;
    for (const { path, key } of yaml.source.emptyKeys) {
      const [section] = path;
      if (section === undefined) (value as Record<string, unknown>)[key] = null;
      else value[section]![key] = null;
    }
    return value;
  };
  const valid = (kind: 'named' | 'folder', text: string): boolean => {
    const schema = profileJsonSchema(kind) as { properties: Record<string, { allOf?: object[] }> };
    const value = valueOf(text);
    const plain: Record<string, object> = {};
    for (const [name, { allOf, ...section }] of Object.entries(schema.properties)) {
      plain[name] = section;
      if (allOf !== undefined && !accepts({ allOf }, value[name] ?? {})) return false;
    }
    return accepts({ ...schema, properties: plain }, value);
  };

  it.each(Object.entries(DEFAULT_PROFILES))('takes %s', (_name, text) => {
    expect(valid('named', text)).toBe(true);
    expect(valid('folder', text)).toBe(true);
  });

  it('takes empty keys, and the name of a profile from a folder alone', () => {
    const text = 'profile: x\nvideo:\n  codec:\n  filmGrain:\naudio:\n';
    expect(valid('folder', text)).toBe(true);
    expect(valid('named', text)).toBe(false);
  });

  it('knows that a folder may have its codec from above', () => {
    expect(valid('folder', 'video: {tune: film}\n')).toBe(true);
    expect(valid('named', 'video: {tune: film}\n')).toBe(false);
  });

  // What another program calls a codec is for a sentence to say; to an editor it is a word like others.
  it.each(WRONG.filter(([, , message]) => !message.includes('goes by the name')))(
    'refuses %s',
    (_name, text) => {
      expect(valid('named', text)).toBe(false);
      expect(valid('folder', text)).toBe(false);
    },
  );

  it('says of every key what it is for, and which its default is', () => {
    interface Node {
      description?: string;
      default?: unknown;
      properties?: Record<string, Node>;
    }
    const check = (node: Node, path: string): void => {
      for (const [key, child] of Object.entries(node.properties ?? {})) {
        expect(child.description, `${path}${key}`).toMatch(/\w.*\.$/);
        check(child, `${path}${key}.`);
      }
    };
    for (const kind of ['named', 'folder'] as const) check(profileJsonSchema(kind), '');
    const { properties } = profileJsonSchema('named') as Node;
    expect(properties!['video']!.properties!['preset']).toMatchObject({
      type: ['integer', 'null'],
      default: 8,
      minimum: 0,
      maximum: 13,
    });
    expect(properties!['video']!.properties!['codec']!).toMatchObject({
      default: 'av1',
      enum: ['av1', 'hevc', 'h264', 'copy', null],
    });
  });
});
