import type { Needs } from '../../command/encoders/needs.js';

/** What a node needs to make a new HEVC picture with x265, without Dolby Vision. */
export const STANDARD_NEEDS: Needs = {
  tools: ['ffmpeg', 'ffprobe', 'mkvmerge', 'mkvpropedit', 'x265'],
  encoders: [],
  filters: [],
  gpuEncoders: [],
};
