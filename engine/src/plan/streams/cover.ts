import type { CoverStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import type { StreamPlan } from '../plan.types.js';

/** Pictures that MP4 and Matroska both take as cover art. */
const COVER_CODECS = new Set(['mjpeg', 'png', 'bmp', 'gif', 'webp']);

export function planCover(stream: CoverStream, profile: Profile): StreamPlan {
  const { index, codec } = stream;
  if (!profile.keep.coverArt)
    return {
      index,
      action: 'drop',
      reason: { code: 'cover_dropped', message: 'The profile drops cover art.' },
    };
  if (profile.container === 'webm') {
    return { index, action: 'drop', reason: { code: 'cover_dropped', message: 'WebM has no cover art.' } };
  }
  if (profile.container === 'mp4' && !COVER_CODECS.has(codec)) {
    return {
      index,
      action: 'drop',
      reason: { code: 'cover_dropped', message: `MP4 holds no ${codec} cover.` },
    };
  }
  return { index, action: 'copy', reason: { code: 'cover_copied', message: 'Cover art is kept.' } };
}
