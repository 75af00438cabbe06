import type { EncodeRule } from '../plan.types.js';
import { planVideo } from '../streams/video.js';

/** pixels; SVT-AV1's own limits */
const SMALLEST = 64;
const WIDEST = 16384;
const HIGHEST = 8704;

export const pictureSize: EncodeRule = {
  code: 'picture_size',
  evaluate({ profile }, video) {
    const plan = planVideo(video, profile);
    if (plan.action !== 'encode-video') return null;
    const { width, height } = plan.video;
    if (width < SMALLEST || height < SMALLEST) {
      return {
        code: this.code,
        message: `The picture is ${width}x${height}; the encoder needs ${SMALLEST}x${SMALLEST}.`,
      };
    }
    if (width <= WIDEST && height <= HIGHEST) return null;
    return {
      code: this.code,
      message: `The picture is ${width}x${height}; the encoder takes ${WIDEST}x${HIGHEST}.`,
    };
  },
};
