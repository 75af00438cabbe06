import type { Rational, VideoStream } from '../media/media-info.js';

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
