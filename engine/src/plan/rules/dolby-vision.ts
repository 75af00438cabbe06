import type { DolbyVisionInfo } from '../../media/media-info.js';
import type { EncodeRule } from '../plan.types.js';

/** Compatibility ids whose base layer is an ordinary HDR10, SDR or HLG picture by itself. */
const ORDINARY_BELOW = new Set([1, 2, 4, 6]);

function hasOrdinaryPicture({ profile, compatibilityId }: DolbyVisionInfo): boolean {
  // Profile 7 says 6 where it says anything: the HDR10 of a Blu-ray disc.
  return profile === 7 || (profile !== 5 && compatibilityId !== null && ORDINARY_BELOW.has(compatibilityId));
}

export const dolbyVision: EncodeRule = {
  code: 'dolby_vision',
  evaluate({ profile }, video) {
    const record = video.hdr.dolbyVision;
    if (record === null) return null;
    const name = record.profile === null ? '' : ` profile ${record.profile}`;
    const refuse = (why: string) => ({
      code: this.code,
      message: `The video is Dolby Vision${name}, ${why}`,
    });
    const canBeDropped = hasOrdinaryPicture(record) && profile.video.codec === 'av1';
    if (profile.hdr.dolbyVision === 'skip')
      return refuse(
        `whose metadata an encode would lose${canBeDropped ? '; hdr.dolbyVision: drop gives it up' : ''}.`,
      );
    if (!hasOrdinaryPicture(record)) return refuse('and has no ordinary picture below it.');
    // ffmpeg copies the source's record beside any new picture; only the way through IVF loses it.
    if (profile.video.codec !== 'av1') return refuse('whose metadata can be dropped cleanly for AV1 alone.');
    return null;
  },
};
