import type { EncodeRule } from '../plan.types.js';

export const stereoscopic: EncodeRule = {
  code: 'stereoscopic',
  evaluate(_context, video) {
    if (video.stereoscopic !== true) return null;
    // Of two views that are coded apart ffmpeg decodes the first alone; of two in one picture the flag would be lost.
    return {
      code: this.code,
      message:
        'The video is stereoscopic (3D), and an encode would lose the second view or what tells of it.',
    };
  },
};
