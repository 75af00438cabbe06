import type { DolbyVisionInfo } from '../../media/media-info.js';
import type { Finding, HeaderCheck } from '../verify.types.js';

/** What players go by; null where no record says it, and only the picture has metadata. */
function recordOf(dolbyVision: DolbyVisionInfo | null): string | null {
  if (dolbyVision?.profile == null) return null;
  const { profile, compatibilityId, elPresent } = dolbyVision;
  return `profile ${profile}, compatibility ${compatibilityId ?? 'none'}, ${elPresent ? 'two layers' : 'one layer'}`;
}

/** That a copied picture is still announced as the Dolby Vision that it is: players do not look for it unasked. */
export const checkDolbyVisionKept: HeaderCheck = (_input, tracks) =>
  tracks.flatMap(({ source, output, plan }): Finding[] => {
    if (plan.action !== 'copy' || source.kind !== 'video' || output?.kind !== 'video') return [];
    const [before, after] = [recordOf(source.hdr.dolbyVision), recordOf(output.hdr.dolbyVision)];
    if (before === null || before === after) return [];
    const message = `The Dolby Vision of the copied picture was announced as ${before}, and is as ${after ?? 'nothing'}.`;
    return [{ code: 'dolby_vision_record', message, stream: source.index }];
  });
