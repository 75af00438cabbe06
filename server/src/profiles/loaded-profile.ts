import type { Profile } from '#engine/profile/schema/index.js';

/** A profile that is in force: the last valid version of its file. */
export interface LoadedProfile {
  name: string;
  hash: string;
  profile: Profile;
}
