import type { EncodeRule } from '../plan.types.js';

/** frames a second that a video has; what is beyond is the resolution of its clock */
const [SLOWEST, FASTEST] = [1, 240];

/** A stream on its own, without a container, has no word for when its frames are shown. */
export const evenRate: EncodeRule = {
  code: 'variable_frame_rate',
  evaluate(_context, { variableFrameRate, frameRate }) {
    const rate = frameRate === null ? 0 : frameRate.numerator / frameRate.denominator;
    if (!variableFrameRate && rate >= SLOWEST && rate <= FASTEST) return null;
    const message =
      "The video's frames are not evenly spaced, and outside of its container nothing could say when each is shown.";
    return { code: this.code, message };
  },
};
