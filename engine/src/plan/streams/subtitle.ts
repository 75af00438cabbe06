import type { MediaInfo, SubtitleStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import { CONTAINER_NAMES, subtitleWay } from '../containers.js';
import type { StreamPlan } from '../plan.types.js';

export function planSubtitle(stream: SubtitleStream, info: MediaInfo, profile: Profile): StreamPlan {
  const { index, codec } = stream;
  const container = CONTAINER_NAMES[profile.container];
  const way = subtitleWay(info, profile.container, stream);
  if (way === 'copy') {
    return {
      index,
      action: 'copy',
      reason: { code: 'subtitle_copied', message: `${container} holds ${codec} as it is.` },
    };
  }
  if (way === null) {
    const message = `${container} cannot hold ${codec}, and the profile drops such subtitles.`;
    return { index, action: 'drop', reason: { code: 'subtitle_dropped', message } };
  }
  const message = `${container} cannot hold ${codec}, so its text becomes ${way}.`;
  return { index, action: 'convert-subtitle', format: way, reason: { code: 'subtitle_converted', message } };
}
