import type { VideoStream } from '../../media/media-info.js';
import { kindOf } from '../dolby-vision/kind.js';
import type { EncodeRule } from '../plan.types.js';

const PQ = { name: 'HDR10', format: ['hdr10', 'pq'] };
const HLG = { name: 'HLG', format: ['hlg'] };

/** What is wrong with a picture that is to be shown as HDR10 or HLG where there is no Dolby Vision; null: nothing. */
function faultOf({ codec, bitDepth, hdr, color }: VideoStream, below: typeof PQ): string | null {
  if (codec !== 'hevc') return `it is ${codec}, and the tools for Dolby Vision take HEVC alone`;
  if (!below.format.includes(hdr.format))
    return `its transfer is ${color.transfer ?? 'not signalled'}, and ${below.name} has another`;
  if (color.primaries !== 'bt2020')
    return `its primaries are ${color.primaries ?? 'not signalled'}, and ${below.name} has bt2020`;
  return bitDepth < 10 ? `it has ${bitDepth} bits, and ${below.name} has 10` : null;
}

/** What Profile 8 is made of has to be an ordinary HDR picture by itself. */
export const dolbyVisionBase: EncodeRule = {
  code: 'dolby_vision_base',
  evaluate(_context, video) {
    const record = video.hdr.dolbyVision;
    if (record === null) return null;
    const fault = faultOf(video, kindOf(record) === 'profile84' ? HLG : PQ);
    if (fault === null) return null;
    return {
      code: this.code,
      message: `The picture below the Dolby Vision is not what Profile 8 stands on: ${fault}.`,
    };
  },
};
