import type { Needs } from '../../command/encoders/needs.js';
import type { Plan } from '../../plan/plan.types.js';

const BASE = ['ffmpeg', 'ffprobe', 'mkvmerge', 'mkvpropedit'];

/** Nothing of ffmpeg's own encoders: the picture is made by x265 itself, where one is made. */
function tools(names: readonly string[]): Needs {
  return { tools: [...BASE, ...names], encoders: [], filters: [], gpuEncoders: [] };
}

/** What a node needs to convert Dolby Vision, or to make a new picture with it. */
export function dolbyVisionNeeds({ dolbyVision }: Plan): Needs {
  if (dolbyVision?.way === 'convert') return tools(['dovi_tool']);
  // What is Profile 8.1 already, x265 can put its metadata into by itself.
  return tools(dolbyVision?.kind === 'profile81' ? ['x265'] : ['dovi_tool', 'x265']);
}

/** Needed for any plan: rather too much than too little. */
export const ANY_DOLBY_VISION_NEEDS: Needs = tools(['dovi_tool', 'x265']);
