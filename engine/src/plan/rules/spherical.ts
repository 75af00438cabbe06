import type { EncodeRule } from '../plan.types.js';

export const spherical: EncodeRule = {
  code: 'spherical',
  evaluate(_context, video) {
    if (video.spherical !== true) return null;
    return {
      code: this.code,
      message: 'The video is spherical (360°), and an encode would lose what tells players to show it so.',
    };
  },
};
