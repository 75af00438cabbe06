import { durationOf } from '../media/duration.js';
import type { MediaInfo, Rational, Stream, VideoStream } from '../media/media-info.js';
import { totalBitRate, videoBitRate } from './bit-rates.js';
import type { StreamPlan, VideoEncode } from './plan.types.js';

/** bit/s that AV1 at crf 28 takes for an ordinary 1080p film at 24 frames a second */
const REFERENCE_RATE = 3_000_000;
const REFERENCE_PIXELS = 1920 * 1080;
const REFERENCE_FPS = 24;
/** steps of crf that halve the bit rate */
const CRF_HALVING = 9;

/** bit/s that AV1 at crf 28 needs for what this codec shows with 1 bit/s, at common settings */
const EFFICIENCY: ReadonlyMap<string, number> = new Map(
  Object.entries({
    mpeg1video: 0.25,
    mpeg2video: 0.3,
    mjpeg: 0.1,
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

/** @returns frames a second, averaged; 25 when the file does not say */
export function framesPerSecond(video: VideoStream): number {
  const rate: Rational | null = video.averageFrameRate ?? video.frameRate;
  const fps = rate === null ? Number.NaN : rate.numerator / rate.denominator;
  return fps >= 1 && fps <= 240 ? fps : 25;
}

/**
 * bit/s that the new video is expected to have. A rule of thumb, not a measurement: the geometric mean of what
 * its size and frame rate usually take and of what the source spent, so that a hard scene (spent much) is
 * expected to be hard again. It grows with the source's bit rate and never leaves 4 to 100 % of it.
 */
function projectVideoBitRate(video: VideoStream, encode: VideoEncode, sourceBitRate: number): number {
  const pixels = (encode.width * encode.height) / REFERENCE_PIXELS;
  const usual = REFERENCE_RATE * pixels ** 0.75 * (framesPerSecond(video) / REFERENCE_FPS) ** 0.6;
  const spent = sourceBitRate * (EFFICIENCY.get(video.codec) ?? OTHER_EFFICIENCY);
  const quality = 2 ** ((28 - ('crf' in encode.quality ? encode.quality.crf : 28)) / CRF_HALVING);
  const grain = encode.filmGrain > 0 && encode.filmGrainDenoise ? 0.85 : 1;
  const projected = quality * grain * Math.sqrt(usual * spent);
  return Math.min(sourceBitRate, Math.max(0.04 * sourceBitRate, projected));
}

/** bit/s that one stream's plan is expected to change; negative where it saves */
function change(info: MediaInfo, stream: Stream, plan: StreamPlan): number {
  switch (plan.action) {
    case 'encode-video': {
      const rate = videoBitRate(info);
      if (rate === null || stream.kind !== 'video') return 0;
      return projectVideoBitRate(stream, plan.video, rate) - rate;
    }
    case 'encode-audio': {
      const target = plan.audio.bitRate * 1000;
      return stream.bitRate === null ? 0 : Math.min(0, target - stream.bitRate);
    }
    case 'drop':
      return -(stream.bitRate ?? 0);
    case 'copy':
    case 'convert-subtitle':
      return 0;
  }
}

/** @returns bytes that the whole output is expected to have, between 1 and the source's size */
export function projectSize(info: MediaInfo, streams: readonly StreamPlan[]): number {
  const { size } = info.container;
  const duration = durationOf(info);
  if (duration === null || totalBitRate(info) === null) return Math.max(1, size);
  const byIndex = new Map(info.streams.map((stream) => [stream.index, stream]));
  let bits = 0;
  for (const plan of streams) {
    const stream = byIndex.get(plan.index);
    if (stream !== undefined) bits += change(info, stream, plan);
  }
  const expected = Math.round(size + (bits * duration) / 8);
  // What the container itself takes stays, whatever the streams' own figures claim.
  return Math.max(1, Math.min(size, Math.max(Math.round(size * 0.02), expected)));
}
