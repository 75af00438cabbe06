import { PROGRESS_ARGS, QUIET_ARGS } from '../common-args.js';
import { ffmpegPath } from '../paths.js';
import { CLOCK_INPUT_ARGS } from '../time-base.js';

export interface RpuUnitsInput {
  source: string;
  /** ffprobe's, of the HEVC stream */
  index: number;
  /** path for the RPUs' own bytes, in the order of the packets */
  units: string;
  /** path for a list with time and size of what each packet gave */
  times: string;
}

/** of the NAL units that carry RPUs */
const RPU_UNIT = 62;

/**
 * ffmpeg's arguments for the Dolby Vision metadata of an HEVC stream, and for when each piece of it is shown: what writeRpus makes a file
 * of RPUs from where there is no dovi_tool. A packet without metadata is in neither.
 */
export function rpuUnitsArgs({ source, index, units, times }: RpuUnitsInput): string[] {
  const copy = [
    '-map',
    `0:${index}`,
    '-c',
    'copy',
    '-bsf:v',
    `hevc_mp4toannexb,filter_units=pass_types=${RPU_UNIT}`,
  ];
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...CLOCK_INPUT_ARGS,
    '-i',
    ffmpegPath(source),
    ...copy,
    '-f',
    'hevc',
    ffmpegPath(units),
    ...copy,
    '-f',
    'framecrc',
    ffmpegPath(times),
  ];
}
