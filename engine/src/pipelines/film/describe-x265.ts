import { x265CommandArgs, type X265CommandInput } from '../../command/dolby-vision/x265-command-args.js';
import { y4mArgs } from '../../command/dolby-vision/y4m-args.js';
import { planned } from '../../command/stream-plans.js';
import { streamsOf, type MediaInfo } from '../../media/media-info.js';
import { clockShift } from '../../verify/tracks.js';
import type { CommandsInput, Description } from '../described.js';

/** @returns seconds on the output's clock at which the picture begins, as far as headers tell */
export function startOfPicture(info: MediaInfo): number {
  const [video] = streamsOf(info, 'video');
  return (video?.startSeconds ?? 0) - clockShift(info);
}

/**
 * Adds ffmpeg and x265 for a new picture.
 * @returns the picture's path; null when the plan has none to encode
 */
export function describeX265(
  described: Description,
  { source, info, plan, profile }: CommandsInput,
  dolbyVision: X265CommandInput['dolbyVision'],
): string | null {
  const [picture] = planned(info, plan, 'encode-video');
  if (picture?.stream.kind !== 'video') return null;
  const { stream } = picture;
  const { video } = picture.plan;
  const output = described.name('encoded.hevc');
  const { maximumBitRate } = profile.dolbyVision;
  // How many there are, a node counts first.
  const frames = stream.headerFrames === undefined ? null : stream.headerFrames * video.framesPerFrame;
  described.add(
    'reencode_x265',
    ['x265', ...x265CommandArgs({ stream, video, output, frames, threads: 0, maximumBitRate, dolbyVision })],
    ['ffmpeg', ...y4mArgs({ source, info, stream, video })],
  );
  return output;
}
