import { markedSettings } from '../../media/encoder-mark.js';
import type { EncodeRule } from '../plan.types.js';

/** A profile that makes HEVC of HEVC would take its own result for a source, again and again. */
export const reencodedBefore: EncodeRule = {
  code: 'reencoded_before',
  evaluate(_context, video) {
    const settings = markedSettings(video.tags);
    if (settings === null) return null;
    return {
      code: this.code,
      message: `The picture was made here by x265 before (${settings}); another time would only lose more of it.`,
    };
  },
};
