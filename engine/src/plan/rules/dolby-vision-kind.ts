import { dolbyVisionObjection } from '../dolby-vision/route.js';
import type { SourceRule } from '../plan.types.js';

/** What the profile says of this kind of Dolby Vision, before anything else is asked of the picture. */
export const dolbyVisionKind: SourceRule = {
  code: 'dolby_vision_kind',
  evaluate: dolbyVisionObjection,
};
