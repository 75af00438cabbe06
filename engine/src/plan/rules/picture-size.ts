import type { EncodeRule } from '../plan.types.js';
import { planVideo } from '../streams/video.js';

/** pixels; the software encoders' own limits */
const SMALLEST = { av1: 64, hevc: 32, h264: 16 } as const;
const LARGEST = { av1: [16384, 8704], hevc: [8192, 4320], h264: [8192, 4320] } as const;

export const pictureSize: EncodeRule = {
  code: 'picture_size',
  evaluate({ profile }, video) {
    const plan = planVideo(video, profile);
    if (plan.action !== 'encode-video') return null;
    const { width, height, codec } = plan.video;
    const smallest = SMALLEST[codec];
    const [widest, highest] = LARGEST[codec];
    if (width < smallest || height < smallest) {
      return {
        code: this.code,
        message: `The picture is ${width}x${height}; the encoder needs ${smallest}x${smallest}.`,
      };
    }
    if (width <= widest && height <= highest) return null;
    return {
      code: this.code,
      message: `The picture is ${width}x${height}; the encoder takes ${widest}x${highest}.`,
    };
  },
};
