import type { MediaInfo } from '../media/media-info.js';
import type { Plan } from '../plan/plan.types.js';
import { NO_METADATA_ARGS, PROGRESS_ARGS, QUEUE_ARGS, QUIET_ARGS } from './common-args.js';
import { ffmpegPath } from './paths.js';
import { planned } from './stream-plans.js';
import { CLOCK_INPUT_ARGS, clockOutputArgs } from './time-base.js';

export interface PartArgsInput {
  input: string;
  /** a Matroska file: .mka, .mks or .mkv */
  output: string;
  info: MediaInfo;
  plan: Plan;
}

/**
 * ffmpeg's arguments for all audio that is encoded, into one file, in the source's order.
 * @returns null when no audio is encoded
 */
export function audioArgs({ input, output, info, plan }: PartArgsInput): string[] | null {
  const streams = planned(info, plan, 'encode-audio');
  if (streams.length === 0) return null;
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...CLOCK_INPUT_ARGS,
    '-i',
    ffmpegPath(input),
    ...streams.flatMap(({ stream }) => ['-map', `0:${stream.index}`]),
    ...NO_METADATA_ARGS,
    ...streams.flatMap(({ plan: { audio } }, index) => [
      `-c:a:${index}`,
      'libopus',
      `-b:a:${index}`,
      `${audio.bitRate}k`,
      ...(audio.channelFilter === null ? [] : [`-filter:a:${index}`, audio.channelFilter]),
    ]),
    ...QUEUE_ARGS,
    ...clockOutputArgs(info),
    '-f',
    'matroska',
    ffmpegPath(output),
  ];
}
