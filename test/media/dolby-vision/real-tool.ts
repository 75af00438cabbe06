import path from 'node:path';
import { findOnPath } from '#engine/tools/find-on-path.js';
import { realDoviTool, samplesFolder } from '../../support/dolby-vision.js';

const folder = await samplesFolder();

/** Why nothing can be said here of real conversions; null: it can. */
export const LACKS_DOVI_TOOL: string | null =
  (await realDoviTool()) === null ? 'no dovi_tool on the PATH' : null;

export const LACKS_SAMPLES: string | null =
  folder === null ? 'no samples of Dolby Vision: BOILARR_DOLBY_VISION_SAMPLES names their folder' : null;

export const LACKS_X265: string | null = (await findOnPath('x265')) === null ? 'no x265 on the PATH' : null;

/** For a title: why what it names is skipped. */
export function because(reason: string | null): string {
  return reason === null ? '' : ` (skipped: ${reason})`;
}

/** A sample's path. */
export function sample(name: string): string {
  return path.join(folder ?? '', name);
}
