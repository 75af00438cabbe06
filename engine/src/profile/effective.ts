import { profileHash } from './hash.js';
import { errorOf, findingsOf, valueAt, type Finding, type ProfileLayer } from './layers.js';
import type { ProfileError } from './profile-error.js';
import { profileSchema, type Profile } from './schema/index.js';

/** Who says what a key is. */
export type Origin = { kind: 'default' } | { kind: 'layer'; file: string; line: number; column: number };

/** The profile that is in force for a file. */
export interface EffectiveProfile {
  profile: Profile;
  hash: string;
  /** by key path such as `video.crf`, one for each value: a list is one, and so is `video.parameters.scd` */
  origins: Record<string, Origin>;
}

export type EffectiveResult =
  { ok: true; effective: EffectiveProfile } | { ok: false; errors: ProfileError[] };

type Values = Record<string, unknown>;

function isSection(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sections merge key by key; everything else, lists too, takes the place of what was there. */
function merge(below: Values, above: Values): Values {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const old = merged.get(key);
    if (value === undefined || value === null) continue;
    merged.set(key, isSection(old) && isSection(value) ? merge(old, value) : value);
  }
  return Object.fromEntries(merged);
}

function leavesOf(value: Values, path: readonly string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, entry]) => {
    if (entry === undefined) return [];
    return isSection(entry) ? leavesOf(entry, [...path, key]) : [[...path, key]];
  });
}

function lastThatSets(
  layers: readonly ProfileLayer[],
  path: readonly PropertyKey[],
): ProfileLayer | undefined {
  return layers.findLast((layer) => valueAt(layer.value, path) !== undefined);
}

/** Tells a mistake at the layer that set the key last, and where the codec comes from when that is another file. */
function locate(layers: readonly ProfileLayer[], finding: Finding): ProfileError | null {
  const layer = lastThatSets(layers, finding.path) ?? layers.at(-1);
  if (layer === undefined) return null;
  const codec = ['video', 'codec'];
  const other = finding.path[0] === 'video' ? lastThatSets(layers, codec) : undefined;
  if (other === undefined || other === layer) return errorOf(layer, finding);
  const detail = `${finding.detail} (the codec is set in ${other.file}:${other.positionOf(codec).line})`;
  return errorOf(layer, { ...finding, detail });
}

/**
 * Lays files over each other, the defaults below all of them.
 * @param layers from the farthest to the nearest: the named profile, then the folders from the library's root down.
 * A named profile takes the place of everything before it, so that a folder's `base` is put right before that folder.
 * @returns the profile, or what does not go together, each told at the file that said it last
 */
export function effectiveProfile(layers: readonly ProfileLayer[]): EffectiveResult {
  const named = layers.findLastIndex((layer) => layer.kind === 'named');
  const inForce = layers.slice(Math.max(0, named));
  const merged = inForce.reduce<Values>((below, layer) => merge(below, layer.value), {});

  const parsed = profileSchema.safeParse(merged);
  if (!parsed.success) {
    const findings = findingsOf(profileSchema, merged, parsed.error.issues);
    return { ok: false, errors: findings.flatMap((finding) => locate(inForce, finding) ?? []) };
  }
  const profile = parsed.data;
  const origins = leavesOf(profile).map((path): [string, Origin] => {
    const layer = lastThatSets(inForce, path);
    if (layer === undefined) return [path.join('.'), { kind: 'default' }];
    return [path.join('.'), { kind: 'layer', file: layer.file, ...layer.positionOf(path) }];
  });
  return {
    ok: true,
    effective: { profile, hash: profileHash(profile), origins: Object.fromEntries(origins) },
  };
}
