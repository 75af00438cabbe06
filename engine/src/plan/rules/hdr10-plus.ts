import type { EncodeRule } from '../plan.types.js';

export const hdr10Plus: EncodeRule = {
  code: 'hdr10_plus',
  evaluate({ profile }, video) {
    if (!video.hdr.hdr10Plus || profile.hdr.hdr10Plus === 'drop') return null;
    return {
      code: this.code,
      message: 'The video is HDR10+, whose metadata an encode would lose; hdr.hdr10Plus: drop gives it up.',
    };
  },
};
