import type { DolbyVisionInfo } from '../../media/media-info.js';
import type { DolbyVisionKind } from '../plan.types.js';

/** What the headers and the first frames tell of a stream's Dolby Vision. */
export function kindOf({ profile, compatibilityId, layer }: DolbyVisionInfo): DolbyVisionKind {
  switch (profile) {
    case 4:
      return 'profile4';
    case 5:
      return 'profile5';
    case 7:
      if (layer === undefined) return 'profile7';
      return layer === 'mel' ? 'profile7Mel' : 'profile7Fel';
    case 8:
      if (compatibilityId === 1) return 'profile81';
      return compatibilityId === 4 ? 'profile84' : 'other';
    default:
      return 'other';
  }
}

export const KIND_NAMES: Readonly<Record<DolbyVisionKind, string>> = {
  profile4: 'Dolby Vision Profile 4',
  profile5: 'Dolby Vision Profile 5',
  profile7: 'Dolby Vision Profile 7',
  profile7Mel: 'Dolby Vision Profile 7 with a minimal enhancement layer (MEL)',
  profile7Fel: 'Dolby Vision Profile 7 with a full enhancement layer (FEL)',
  profile81: 'Dolby Vision Profile 8.1',
  profile84: 'Dolby Vision Profile 8.4',
  other: 'Dolby Vision',
};
