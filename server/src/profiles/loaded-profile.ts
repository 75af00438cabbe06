import type { ProfileLayer } from '#engine/profile/layers.js';
import type { Profile } from '#engine/profile/schema/index.js';

/** A profile that is in force. */
export interface LoadedProfile {
  /** such as `av1-default`, or `av1-default + Anime/.boilarr.yaml` where folders have a say */
  name: string;
  hash: string;
  profile: Profile;
}

/** A profile of the configuration folder: the last valid version of its file. */
export interface NamedProfile extends LoadedProfile {
  layer: ProfileLayer;
}

/** Where the profiles of the configuration folder are found by name. */
export interface NamedProfiles {
  find(name: string): NamedProfile | undefined;
  /** of those that can be used, sorted */
  names(): string[];
}
