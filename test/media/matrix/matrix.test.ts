import { describe, expect, it } from 'vitest';
import type { Profile } from '#engine/profile/schema/index.js';
import { examine } from './examine.ts';
import { GROUPS } from './index.ts';
import { shippedProfile } from './profiles.ts';
import { PROFILE_NAMES, type ProfileName } from './source.ts';

/** The profile as it is shipped, but for the speed of its encoder. */
function fastProfile(name: ProfileName): Profile {
  const profile = shippedProfile(name);
  return { ...profile, video: { ...profile.video, preset: 12 } };
}

// Several at a time: each runs a dozen short programs, most of them on one core.
describe.concurrent.each(PROFILE_NAMES)('under %s', (name) => {
  const profile = fastProfile(name);
  const at = PROFILE_NAMES.indexOf(name);
  for (const { heading, sources } of GROUPS) {
    it.each(sources)(`${heading}: $id`, async (source) => {
      const { verdict, message, differences } = await examine(source, name, profile);
      expect({ verdict, message: verdict === source.expected[at] ? '' : message, differences }).toEqual({
        verdict: source.expected[at],
        message: '',
        differences: [],
      });
    });
  }
});
