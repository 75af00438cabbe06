import type { Rational, VideoStream } from '../media/media-info.js';
import { framesPerSecond } from '../plan/frame-rates.js';
import type { VideoEncode } from '../plan/plan.types.js';

const value = (rate: Rational) => rate.numerator / rate.denominator;

/** @returns the rate of a stream whose frames are evenly spaced; null when they are not, or nobody knows */
export function constantRate(stream: VideoStream): Rational | null {
  const { frameRate, averageFrameRate, variableFrameRate } = stream;
  if (variableFrameRate || frameRate === null) return null;
  if (value(frameRate) > 240 || value(frameRate) < 1) return null;
  // Where fields were counted, there are half as many frames.
  if (averageFrameRate !== null && Math.abs(value(frameRate) / value(averageFrameRate) - 2) < 0.1) {
    return { numerator: frameRate.numerator, denominator: frameRate.denominator * 2 };
  }
  return frameRate;
}

type Frames = Pick<VideoEncode, 'framesPerFrame'>;

/** @returns the rate of what is made of such a stream: twice as much where each field becomes a frame */
export function outputRate(stream: VideoStream, { framesPerFrame }: Frames): Rational | null {
  const rate = constantRate(stream);
  return rate === null ? null : { ...rate, numerator: rate.numerator * framesPerFrame };
}

/**
 * The rate that an encoder has to be told. ffmpeg would tell it the stream's own `frameRate`: the clock's resolution where
 * times vary, fields where those were counted; from version 7 on the clock's resolution also behind a filter that sets
 * times anew. Rate control is lost with either, and SVT-AV1 refuses more than 240.
 */
export function statedRate(stream: VideoStream, video: Frames): Rational {
  const rate = outputRate(stream, video);
  if (rate !== null) return rate;
  const average = framesPerSecond(stream) * video.framesPerFrame;
  return { numerator: Math.round(average * 1000), denominator: 1000 };
}
