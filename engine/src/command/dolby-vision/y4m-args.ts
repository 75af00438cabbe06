import type { MediaInfo, VideoStream } from '../../media/media-info.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import { QUIET_ARGS } from '../common-args.js';
import { statedRate } from '../frame-rate.js';
import { ffmpegPath } from '../paths.js';
import { withThreads } from '../thread-args.js';
import { timingFilters } from '../video-args.js';

export interface Y4mInput {
  source: string;
  info: MediaInfo;
  stream: VideoStream;
  video: VideoEncode;
  /** logical processors that decoders and filters may use; none or 0: all */
  threads?: number;
}

/**
 * ffmpeg's arguments for the decoded picture on standard output, as an encoder of its own takes it: every frame once, in the plan's depth.
 * It carries no times; whoever reads it says how far it is.
 */
export function y4mArgs({ source, info, stream, video, threads = 0 }: Y4mInput): string[] {
  const rate = statedRate(stream, video);
  const tick = `${rate.denominator}/${rate.numerator}`;
  // One tick a frame: two that a container's rough clock puts half a tick off would fall onto one.
  const filters = [...timingFilters({ info, stream }), ...video.filters, `settb=${tick}`, 'setpts=N'];
  const args = [
    ...QUIET_ARGS,
    '-i',
    ffmpegPath(source),
    '-map',
    `0:${stream.index}`,
    '-fps_mode',
    'passthrough',
    // Else the source's clock would be told as the rate, and x265 refuses 1,000 frames a second.
    '-enc_time_base',
    tick,
    '-vf',
    filters.join(','),
    '-pix_fmt',
    video.pixelFormat,
    // More than 8 bits are no part of the format's oldest description.
    '-strict',
    '-1',
    '-f',
    'yuv4mpegpipe',
    'pipe:1',
  ];
  return withThreads(args, threads);
}
