import { createHash } from 'node:crypto';
import type { Profile } from './schema/index.js';

/**
 * Raised when the rules themselves learn something, so that files which were left alone are looked at again.
 */
const DECISION_VERSION = 2;

/** JSON with sorted keys: equal values give equal text, however they were written. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/**
 * Names everything in a profile that decides what becomes of a file: two profiles with one hash decide alike.
 * @returns 16 hexadecimal digits
 */
export function profileHash(profile: Profile): string {
  const { description: _description, ...decisive } = profile;
  return createHash('sha256')
    .update(canonical({ version: DECISION_VERSION, profile: decisive }))
    .digest('hex')
    .slice(0, 16);
}
