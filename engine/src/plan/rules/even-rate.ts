import type { EncodeRule } from '../plan.types.js';

/** A stream on its own, without a container, has no word for when its frames are shown. */
export const evenRate: EncodeRule = {
  code: 'variable_frame_rate',
  evaluate(_context, video) {
    if (!video.variableFrameRate && video.frameRate !== null) return null;
    const message =
      "The video's frames are not evenly spaced, and outside of its container nothing could say when each is shown.";
    return { code: this.code, message };
  },
};
