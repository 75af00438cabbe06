import type { VideoStream } from '../media/media-info.js';

/** The size of the output's picture, and the filters that make it. */
export interface PictureFit {
  width: number;
  height: number;
  filters: string[];
}

const even = (pixels: number) => pixels - (pixels % 2);
const nearestEven = (pixels: number) => Math.max(2, Math.round(pixels / 2) * 2);

/** @returns the picture's pixels and their shape as players show them, after rotation */
function upright(stream: VideoStream): { width: number; height: number; shape: number } {
  const { width, height, sampleAspectRatio } = stream;
  const shape = sampleAspectRatio.numerator / sampleAspectRatio.denominator;
  return stream.rotation === 90 || stream.rotation === 270
    ? { width: height, height: width, shape: 1 / shape }
    : { width, height, shape };
}

/**
 * Makes a picture's sides even, and fits it into a screen of 16:9, or 9:16 for upright ones.
 * @param maximumHeight of the screen, in pixels; 0: no limit
 */
export function fitPicture(stream: VideoStream, maximumHeight: number): PictureFit {
  const source = upright(stream);
  const [width, height] = [even(source.width), even(source.height)];
  const filters: string[] = [];
  // 4:2:0 cannot have half a pair of pixels; a row or column less is what every encoder would do unasked.
  if (width !== source.width || height !== source.height) filters.push(`crop=${width}:${height}:0:0`);
  if (maximumHeight === 0) return { width, height, filters };

  const shown = { width: width * Math.max(1, source.shape), height: height / Math.min(1, source.shape) };
  const long = Math.ceil((maximumHeight * 16) / 9);
  const screen = shown.width >= shown.height ? [long, maximumHeight] : [maximumHeight, long];
  const factor = Math.min((screen[0] ?? long) / shown.width, (screen[1] ?? long) / shown.height);
  if (factor >= 1) return { width, height, filters };
  const [scaledWidth, scaledHeight] = [nearestEven(width * factor), nearestEven(height * factor)];
  filters.push(`scale=w=${scaledWidth}:h=${scaledHeight}:flags=lanczos`);
  return { width: scaledWidth, height: scaledHeight, filters };
}
