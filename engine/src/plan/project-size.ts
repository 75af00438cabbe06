import { durationOf } from '../media/duration.js';
import type { MediaInfo, Stream, VideoStream } from '../media/media-info.js';
import type { VideoCodec } from '../profile/schema/index.js';
import { totalBitRate, videoBitRate } from './bit-rates.js';
import { framesPerSecond } from './frame-rates.js';
import type { AddedAudio, RuleContext, StreamPlan, VideoEncode } from './plan.types.js';

export { framesPerSecond } from './frame-rates.js';

/** bit/s that AV1 at crf 28 takes for an ordinary 1080p film at 24 frames a second */
const REFERENCE_RATE = 3_000_000;
const REFERENCE_PIXELS = 1920 * 1080;
const REFERENCE_FPS = 24;

/** For each target: bit/s of AV1 for one of its own, its crf that looks like AV1's 28, and steps that halve the rate. */
const TARGETS: Record<VideoCodec, { efficiency: number; crf: number; halving: number }> = {
  av1: { efficiency: 1, crf: 28, halving: 9 },
  hevc: { efficiency: 0.75, crf: 23, halving: 6 },
  h264: { efficiency: 0.5, crf: 21, halving: 6 },
};

/** bit/s that AV1 at crf 28 needs for what this codec shows with 1 bit/s, at common settings */
const EFFICIENCY: ReadonlyMap<string, number> = new Map(
  Object.entries({
    mpeg1video: 0.25,
    mpeg2video: 0.3,
    mjpeg: 0.1,
    prores: 0.05,
    mpeg4: 0.4,
    msmpeg4v3: 0.4,
    wmv3: 0.45,
    vc1: 0.45,
    h264: 0.5,
    vp8: 0.5,
    hevc: 0.75,
    vp9: 0.75,
    av1: 1,
  }),
);
const OTHER_EFFICIENCY = 0.4;

/**
 * bit/s that the new video is expected to have. A rule of thumb, not a measurement: the geometric mean of what
 * its size and frame rate usually take and of what the source spent, so that a hard scene (spent much) is
 * expected to be hard again. It grows with the source's bit rate and never leaves 4 to 100 % of it.
 */
function projectVideoBitRate(video: VideoStream, encode: VideoEncode, sourceBitRate: number): number {
  if ('bitRate' in encode.quality) return Math.min(sourceBitRate, encode.quality.bitRate * 1000);
  const target = TARGETS[encode.codec];
  const pixels = (encode.width * encode.height) / REFERENCE_PIXELS;
  const fps = framesPerSecond(video) * encode.framesPerFrame;
  const usual = REFERENCE_RATE * pixels ** 0.75 * (fps / REFERENCE_FPS) ** 0.6;
  // A picture that is made smaller has less of what the source spent its bits on.
  const shrunk = Math.min(1, (encode.width * encode.height) / Math.max(1, video.width * video.height));
  const spent = sourceBitRate * shrunk ** 0.75 * (EFFICIENCY.get(video.codec) ?? OTHER_EFFICIENCY);
  const quality = 2 ** ((target.crf - encode.quality.crf) / target.halving) / target.efficiency;
  const grain = encode.filmGrain > 0 && encode.filmGrainDenoise ? 0.85 : 1;
  const projected = quality * grain * Math.sqrt(usual * spent);
  return Math.min(sourceBitRate, Math.max(0.04 * sourceBitRate, projected));
}

/** bit/s that one stream's plan is expected to change; negative where it saves */
function change({ info, file }: RuleContext, stream: Stream, plan: StreamPlan): number {
  switch (plan.action) {
    case 'encode-video': {
      const rate = videoBitRate(info);
      if (rate === null || stream.kind !== 'video') return 0;
      const projected = projectVideoBitRate(stream, plan.video, rate) * file.correction;
      return Math.min(rate, projected) - rate;
    }
    case 'encode-audio': {
      const target = plan.audio.bitRate * 1000;
      return stream.bitRate === null ? 0 : Math.min(0, target - stream.bitRate);
    }
    case 'drop':
      return -(stream.bitRate ?? 0);
    case 'copy':
    case 'convert-dolby-vision':
    case 'convert-subtitle':
      return 0;
  }
}

/** What the streams of the new file are expected to have beside those of the old one, in bit/s. */
function totalChange(
  context: RuleContext,
  streams: readonly StreamPlan[],
  added: readonly AddedAudio[],
): number {
  const byIndex = new Map<number, Stream>(context.info.streams.map((stream) => [stream.index, stream]));
  let bits = added.reduce((sum, { audio }) => sum + audio.bitRate * 1000, 0);
  for (const plan of streams) {
    const stream = byIndex.get(plan.index);
    if (stream !== undefined) bits += change(context, stream, plan);
  }
  return bits;
}

/** @returns bytes that the whole output is expected to have: 1 at least, and no more than the source but for what is added */
export function projectSize(
  context: RuleContext,
  streams: readonly StreamPlan[],
  added: readonly AddedAudio[] = [],
): number {
  const { info }: { info: MediaInfo } = context;
  const { size } = info.container;
  const duration = durationOf(info);
  if (duration === null || totalBitRate(info) === null) return Math.max(1, size);
  const expected = Math.round(size + (totalChange(context, streams, added) * duration) / 8);
  // What the container itself takes stays, whatever the streams' own figures claim.
  const most = added.length > 0 ? Number.MAX_SAFE_INTEGER : size;
  return Math.max(1, Math.min(most, Math.max(Math.round(size * 0.02), expected)));
}
