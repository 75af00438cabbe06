import { videoBitRate } from '../bit-rates.js';
import type { EncodeRule } from '../plan.types.js';

export const minimumBitRate: EncodeRule = {
  code: 'minimum_bit_rate',
  evaluate({ info, profile }) {
    const rate = videoBitRate(info);
    const { minimumBitRate: least } = profile.act;
    if (rate === null || rate >= least * 1000) return null;
    const message = `The video has ${Math.round(rate / 1000)} kbit/s, less than the ${least} kbit/s of the profile.`;
    return { code: this.code, message };
  },
};
