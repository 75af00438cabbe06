import type { EncodeRule } from '../plan.types.js';

export const dolbyVision: EncodeRule = {
  code: 'dolby_vision',
  evaluate(_context, video) {
    const record = video.hdr.dolbyVision;
    if (record === null) return null;
    const profile = record.profile === null ? '' : ` profile ${record.profile}`;
    return {
      code: this.code,
      message: `The video is Dolby Vision${profile}, whose metadata an encode would lose.`,
    };
  },
};
