import type { CoverStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import type { StreamPlan } from '../plan.types.js';

/** Pictures that ffmpeg writes into MP4 as cover art; it refuses the whole file over any other. */
const MP4_COVERS = new Set(['mjpeg', 'png', 'bmp']);
/** Attachments that ffmpeg shows as cover art; any other is a file among the attachments. */
const MATROSKA_COVERS = new Set(['mjpeg', 'png', 'gif', 'tiff']);

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
  if (profile.container === 'mp4' && !MP4_COVERS.has(codec)) {
    return {
      index,
      action: 'drop',
      reason: { code: 'cover_dropped', message: `MP4 holds no ${codec} cover.` },
    };
  }
  const message =
    profile.container === 'mkv' && !MATROSKA_COVERS.has(codec)
      ? `The ${codec} cover is kept as an attachment: Matroska readers show no such cover art.`
      : 'Cover art is kept.';
  return { index, action: 'copy', reason: { code: 'cover_copied', message } };
}
