import type { EncodeRule } from '../plan.types.js';

export const closedCaptions: EncodeRule = {
  code: 'closed_captions',
  evaluate({ profile }, video) {
    if (!video.closedCaptions || profile.video.closedCaptions === 'drop') return null;
    return {
      code: this.code,
      message:
        'The picture carries closed captions (CEA-608), which an encode would lose; video.closedCaptions: drop gives them up.',
    };
  },
};
