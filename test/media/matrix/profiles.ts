import { DEFAULT_PROFILES } from '#engine/profile/defaults.js';
import { parseProfile } from '#engine/profile/parse.js';
import type { Profile } from '#engine/profile/schema/index.js';
import type { ProfileName } from './source.ts';

/** Until it is shipped. */
const REMUX = `video: { codec: copy }
audio: { codec: copy }
act: { goodContainers: [mkv], minimumExpectedSaving: -5, minimumSaving: -5 }
`;

/** A profile as it is shipped. */
export function shippedProfile(name: ProfileName): Profile {
  const parsed = parseProfile(DEFAULT_PROFILES[name] ?? REMUX, `${name}.yaml`);
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('; '));
  return parsed.profile;
}
