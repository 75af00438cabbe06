import { streamsOf } from '../../media/media-info.js';
import type { SourceRule } from '../plan.types.js';

export const noVideo: SourceRule = {
  code: 'no_video',
  evaluate({ info }) {
    if (streamsOf(info, 'video').length > 0) return null;
    return { code: this.code, message: 'The file has no video stream.' };
  },
};
