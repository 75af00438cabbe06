import type { SourceRule } from '../plan.types.js';

const MIB = 1024 * 1024;

export const fileSize: SourceRule = {
  code: 'file_size',
  evaluate({ info, profile }) {
    const size = info.container.size / MIB;
    const { minimumSize, maximumSize } = profile.act;
    const has = `The file has ${size.toFixed(1)} MiB`;
    if (size < minimumSize)
      return { code: this.code, message: `${has}, less than the ${minimumSize} of the profile.` };
    if (maximumSize === 0 || size <= maximumSize) return null;
    return { code: this.code, message: `${has}, more than the ${maximumSize} of the profile.` };
  },
};
