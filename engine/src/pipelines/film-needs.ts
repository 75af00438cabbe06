import type { Needs } from '../command/encoders/needs.js';
import type { MediaInfo } from '../media/media-info.js';
import type { FilmPipeline, Plan } from '../plan/plan.types.js';
import type { Profile } from '../profile/schema/index.js';
import { compressNeeds, profileNeeds } from './compress/needs.js';
import { ANY_DOLBY_VISION_NEEDS, dolbyVisionNeeds } from './dolby-vision/needs.js';
import { STANDARD_NEEDS } from './standard/needs.js';

interface FilmNeeds {
  ofPlan: (info: MediaInfo, plan: Plan, profile: Profile) => Needs;
  /** of any plan that the profile may lead to */
  ofProfile: (profile: Profile) => Needs;
}

const FILM_NEEDS: Readonly<Record<FilmPipeline, FilmNeeds>> = {
  compress: { ofPlan: compressNeeds, ofProfile: profileNeeds },
  dolby_vision: {
    ofPlan: (_info, plan) => dolbyVisionNeeds(plan),
    ofProfile: () => ANY_DOLBY_VISION_NEEDS,
  },
  standard: { ofPlan: () => STANDARD_NEEDS, ofProfile: () => STANDARD_NEEDS },
};

function isFilmPipeline(name: string): name is FilmPipeline {
  return Object.hasOwn(FILM_NEEDS, name);
}

/** What a node needs for a film's plan. The same plan always gives the same lists in the same order. */
export function filmNeeds(info: MediaInfo, plan: Plan, profile: Profile): Needs {
  return FILM_NEEDS[plan.pipeline].ofPlan(info, plan, profile);
}

/** @returns what a pipeline's jobs need as far as a profile tells; null for a pipeline that is no film's */
export function filmNeedsOfProfile(pipeline: string, profile: Profile): Needs | null {
  return isFilmPipeline(pipeline) ? FILM_NEEDS[pipeline].ofProfile(profile) : null;
}
