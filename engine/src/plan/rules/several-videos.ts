import { streamsOf } from '../../media/media-info.js';
import type { EncodeRule } from '../plan.types.js';

export const severalVideos: EncodeRule = {
  code: 'several_videos',
  evaluate({ info }) {
    const { length } = streamsOf(info, 'video');
    if (length <= 1) return null;
    return {
      code: this.code,
      message: `The file has ${length} video streams, and only files with one are encoded.`,
    };
  },
};
