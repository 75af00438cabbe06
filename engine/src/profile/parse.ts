import { effectiveProfile } from './effective.js';
import { readLayer } from './layers.js';
import type { ProfileResult } from './profile-error.js';
import type { Profile } from './schema/index.js';

export { profileHash } from './hash.js';

/**
 * Reads a named profile that stands alone.
 * @param fileName only for messages
 * @returns the profile with every default filled in, or every mistake that was found, in the order of the text
 */
export function parseProfile(text: string, fileName: string): ProfileResult<Profile> {
  const read = readLayer(text, fileName, 'named');
  if (!read.ok) return read;
  const result = effectiveProfile([read.layer]);
  return result.ok ? { ok: true, profile: result.effective.profile } : result;
}
