import type { EncodeRule } from '../plan.types.js';
import { scanOf } from '../scan-type.js';

export const interlaced: EncodeRule = {
  code: 'interlaced',
  evaluate({ profile }, video) {
    switch (scanOf(video)) {
      case 'progressive':
        return null;
      case 'telecined':
        return {
          code: 'telecined',
          message:
            'The film was telecined: its frames are spread over fields, and taking that back is not supported.',
        };
      case 'mixed':
        return {
          code: 'mixed_scan',
          message: 'Parts of the video are interlaced and parts are not, and one way cannot suit both.',
        };
      case 'interlaced':
        return profile.video.interlaced === 'skip'
          ? { code: this.code, message: 'The video is interlaced, which the profile leaves alone.' }
          : null;
    }
  },
};
