import { type z } from 'zod';
import { describeIssue, unknownKey } from './describe-issue.js';
import { MAX_ERRORS, profileError, type Position, type ProfileError } from './profile-error.js';
import { folderSchema, profileSchema } from './schema/index.js';
import { keysAt, schemaAt, shapeOf } from './schema-tree.js';
import { readYaml, type YamlSource } from './yaml-source.js';

/** What one file says: a part of a profile. */
export interface ProfileLayer {
  /** shown in messages and origins */
  file: string;
  kind: 'named' | 'folder';
  /** the named profile that a folder's file starts from in place of everything above it; named ones have none */
  base: string | null;
  /** only what the file says: no defaults, no empty keys, no `profile` */
  value: Record<string, unknown>;
  /** where the value at this path is; of the nearest parent that exists where there is none */
  positionOf(path: readonly PropertyKey[]): Position;
  /** where this key of the section at this path is written */
  positionOfKey(path: readonly PropertyKey[], key: string): Position;
}

export type LayerResult = { ok: true; layer: ProfileLayer } | { ok: false; errors: ProfileError[] };

/** One mistake, before it is known which file it is in. */
export interface Finding {
  path: readonly PropertyKey[];
  /** for a key that does not exist; null when the value is the mistake */
  key: string | null;
  detail: string;
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

export function findingsOf(
  schema: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): Finding[] {
  // A value that is out of every range is out of its codec's as well; once is enough.
  const wrong = new Set(issues.filter(({ code }) => code !== 'custom').map(({ path }) => path.join('.')));
  return issues
    .filter(({ code, path }) => code !== 'custom' || !wrong.has(path.join('.')))
    .flatMap((issue): { issue: z.core.$ZodIssue; key: string | null }[] =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ issue, key })) : [{ issue, key: null }],
    )
    .slice(0, MAX_ERRORS)
    .map(({ issue, key }) => ({
      path: issue.path,
      key,
      detail:
        key === null
          ? describeIssue(schema, issue, valueAt(value, issue.path))
          : unknownKey(schema, issue.path, key),
    }));
}

/** @param layer any that knows the places of its keys */
export function errorOf(
  layer: Pick<ProfileLayer, 'file' | 'positionOf' | 'positionOfKey'>,
  { path, key, detail }: Finding,
): ProfileError {
  // An entry of a list is named by what it says, not by its number.
  const keys = path.filter((part) => typeof part !== 'number').map(String);
  return key === null
    ? profileError(layer.file, layer.positionOf(path), keys.join('.'), detail)
    : profileError(layer.file, layer.positionOfKey(path, key), [...keys, key].join('.'), detail);
}

/** A key without a value says nothing, but it must be one that there is. */
function strayEmptyKeys(schema: z.ZodType, source: YamlSource): Finding[] {
  return source.emptyKeys.slice(0, MAX_ERRORS).flatMap(({ path, key }) => {
    const parent = schemaAt(schema, path);
    const known = parent === null || shapeOf(parent) === null || keysAt(schema, path).includes(key);
    return known ? [] : [{ path, key, detail: unknownKey(schema, path, key) }];
  });
}

/**
 * Reads one file and checks its keys and values by themselves. What a key allows by reason of another is checked as
 * well where both are known: a named profile stands on the defaults, a folder's file on whatever is above it.
 * @param file only for messages and origins
 * @returns what the file says, or every mistake that was found, in the order of the text
 */
export function readLayer(text: string, file: string, kind: 'named' | 'folder'): LayerResult {
  const yaml = readYaml(text, file);
  if (!yaml.ok) return yaml;
  const { source } = yaml;
  const schema = kind === 'named' ? profileSchema : folderSchema;
  const place = {
    file,
    positionOf: source.positionOf.bind(source),
    positionOfKey: source.positionOfKey.bind(source),
  };

  const parsed = schema.safeParse(source.value);
  const together = kind === 'named' || valueAt(source.value, ['video', 'codec']) !== undefined;
  const issues = (parsed.error?.issues ?? []).filter(
    (issue) => together || issue.code !== 'custom' || issue.path[0] !== 'video',
  );
  const errors = [...findingsOf(schema, source.value, issues), ...strayEmptyKeys(schema, source)]
    .map((finding) => errorOf(place, finding))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  if (errors.length > 0) return { ok: false, errors: errors.slice(0, MAX_ERRORS) };

  const { profile: base, ...value } = source.value as Record<string, unknown>;
  return { ok: true, layer: { ...place, kind, base: typeof base === 'string' ? base : null, value } };
}
