import { describeIssue, unknownKey } from './describe-issue.js';
import { profileError, type ProfileError, type ProfileResult } from './profile-error.js';
import { profileSchema, type Profile } from './schema/index.js';
import { readYaml } from './yaml-source.js';

export { profileHash } from './hash.js';

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

/**
 * Reads a profile.
 * @param fileName only for messages
 * @returns the profile with every default filled in, or every mistake that was found, in the order of the text
 */
export function parseProfile(text: string, fileName: string): ProfileResult<Profile> {
  const yaml = readYaml(text, fileName);
  if (!yaml.ok) return yaml;
  const { source } = yaml;
  const parsed = profileSchema.safeParse(source.value);
  if (parsed.success) return { ok: true, profile: parsed.data };

  const errors: ProfileError[] = [];
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const at = source.positionOfKey(issue.path, key);
        errors.push(profileError(fileName, at, [...issue.path, key].join('.'), unknownKey(issue.path, key)));
      }
      continue;
    }
    const detail = describeIssue(issue, valueAt(source.value, issue.path));
    errors.push(profileError(fileName, source.positionOf(issue.path), issue.path.join('.'), detail));
  }
  errors.sort((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, errors };
}
