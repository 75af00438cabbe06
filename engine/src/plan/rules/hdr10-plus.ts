import type { EncodeRule } from '../plan.types.js';

export const hdr10Plus: EncodeRule = {
  code: 'hdr10_plus',
  evaluate(_context, video) {
    if (!video.hdr.hdr10Plus) return null;
    return { code: this.code, message: 'The video is HDR10+, whose metadata an encode would lose.' };
  },
};
