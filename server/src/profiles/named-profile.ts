import { effectiveProfile } from '#engine/profile/effective.js';
import { readLayer } from '#engine/profile/layers.js';
import type { NamedProfile } from './loaded-profile.js';

export type NamedProfileResult = { ok: true; named: NamedProfile } | { ok: false; errors: string[] };

/**
 * Makes a profile of a file's text.
 * @param file for messages and origins
 * @returns the profile, or whole sentences that say what is wrong where
 */
export function namedProfile(name: string, text: string, file: string): NamedProfileResult {
  const read = readLayer(text, file, 'named');
  const result = read.ok ? effectiveProfile([read.layer]) : read;
  if (!read.ok || !result.ok)
    return { ok: false, errors: (result.ok ? [] : result.errors).map(({ message }) => message) };
  const { profile, hash } = result.effective;
  return { ok: true, named: { name, hash, profile, layer: read.layer } };
}
