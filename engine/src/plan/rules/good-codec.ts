import type { EncodeRule } from '../plan.types.js';

export const goodCodec: EncodeRule = {
  code: 'good_codec',
  evaluate({ profile }, video) {
    if (!profile.act.goodVideoCodecs.includes(video.codec)) return null;
    return { code: this.code, message: `The video is ${video.codec} already.` };
  },
};
