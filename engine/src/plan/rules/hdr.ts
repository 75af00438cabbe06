import type { EncodeRule } from '../plan.types.js';

const NAMES = { hdr10: 'HDR10', pq: 'HDR (PQ)', hlg: 'HLG' } as const;

export const hdr: EncodeRule = {
  code: 'hdr',
  evaluate({ profile }, video) {
    const { format } = video.hdr;
    if (format === 'sdr') return null;
    const refuse = (why: string) => ({ code: this.code, message: `The video is ${NAMES[format]}, ${why}` });
    if ((format === 'hlg' ? profile.hdr.hlg : profile.hdr.hdr10) === 'skip')
      return refuse('which the profile leaves alone.');
    if (profile.video.codec === 'h264') return refuse('which few players show in H.264.');
    if (profile.video.pixelFormat === 'yuv420p') return refuse('which needs 10 bits, and the profile has 8.');
    return null;
  },
};
