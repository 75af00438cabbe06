import type { EncodeRule } from '../plan.types.js';

/** Formats that say how transparent a pixel is. */
const ALPHA = /^(?:yuva|ya\d|gbrap|argb|abgr|rgba|bgra|rgb32|bgr32|ayuv|vuya)/;

const REDUCE = 'video.highChroma: reduce gives it up.';

/** Pixels that the profile's 4:2:0 holds without losing any of them: more chroma or more bits would be thrown away. */
export const pixelFormat: EncodeRule = {
  code: 'pixel_format',
  evaluate({ profile }, video) {
    const format = video.pixelFormat ?? 'unknown';
    if (video.pixelFormat === null)
      return {
        code: this.code,
        message: 'The headers do not say how the picture is stored: ffprobe does not know its pixel format.',
      };
    // WebM keeps it beside the picture, where the decoder does not say so.
    if (ALPHA.test(format) || video.tags['alpha_mode'] === '1')
      return { code: this.code, message: 'The video is partly transparent, which an encode would lose.' };
    // Turned into 4:2:0 it has no matrix that says how to turn it back, and players guess a wrong one.
    if (video.chroma === 'rgb')
      return {
        code: this.code,
        message: `The pixel format ${format} is RGB, whose colours an encode would not keep.`,
      };
    if (profile.video.highChroma === 'reduce') return null;
    if (video.chroma !== '420' && video.chroma !== '400')
      return {
        code: this.code,
        message: `The pixel format ${format} has colour that 4:2:0 cannot hold; ${REDUCE}`,
      };
    const depth = profile.video.pixelFormat === 'yuv420p10le' ? 10 : 8;
    if (video.bitDepth <= depth) return null;
    return {
      code: this.code,
      message: `The pixel format ${format} has ${video.bitDepth} bits, more than the ${depth} of the profile; ${REDUCE}`,
    };
  },
};
