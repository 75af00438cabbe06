import type { EncodeRule } from '../plan.types.js';

export const unknownCodec: EncodeRule = {
  code: 'unknown_codec',
  evaluate(_context, video) {
    if (video.codec !== 'unknown' && video.codec !== 'none') return null;
    return { code: this.code, message: 'ffprobe does not know the codec of the video.' };
  },
};
