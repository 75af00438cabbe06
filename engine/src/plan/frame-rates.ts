import type { Rational, VideoStream } from '../media/media-info.js';

/** @returns frames a second, averaged; 25 when the file does not say */
export function framesPerSecond(video: VideoStream): number {
  const rate: Rational | null = video.averageFrameRate ?? video.frameRate;
  const fps = rate === null ? Number.NaN : rate.numerator / rate.denominator;
  return fps >= 1 && fps <= 240 ? fps : 25;
}
