import type { EncodeRule } from '../plan.types.js';

export const interlaced: EncodeRule = {
  code: 'interlaced',
  evaluate(_context, video) {
    if (video.fieldOrder !== 'interlaced') return null;
    return { code: this.code, message: 'The video is interlaced, and AV1 is not.' };
  },
};
