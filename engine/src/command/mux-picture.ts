import type { MasteringDisplay, Rational, Stream, VideoStream } from '../media/media-info.js';
import type { VideoEncode } from '../plan/plan.types.js';
import { mkvColorArgs, mkvSitingArgs } from './color.js';
import { outputRate } from './frame-rate.js';
import type { MuxFiles } from './mux.types.js';
import { mkvmergePath } from './paths.js';
import { videoExtension } from './video-args.js';

/** mkvmerge's flags for what only pictures have: size, shape, light, and when they are shown. */

/** Ending of a stream on its own. */
const RAW = '.hevc';

/** A file of ours brings tracks, and nothing that belongs to a whole file. */
export const NO_BAGGAGE: readonly string[] = ['--no-track-tags', '--no-global-tags', '--no-chapters'];

function masteringArgs(
  id: number,
  { red, green, blue, whitePoint, maxLuminance, minLuminance }: MasteringDisplay,
): string[] {
  const points = [...red, ...green, ...blue].map((value) => value.toFixed(5)).join(',');
  return [
    '--chromaticity-coordinates',
    `${id}:${points}`,
    '--white-color-coordinates',
    `${id}:${whitePoint.map((value) => value.toFixed(5)).join(',')}`,
    '--max-luminance',
    `${id}:${maxLuminance.toFixed(4)}`,
    '--min-luminance',
    `${id}:${minLuminance.toFixed(4)}`,
  ];
}

type Size = Pick<VideoEncode, 'width' | 'height'>;

/** The size that a picture of square pixels would have; stretched, never shrunk, so that no line is lost. */
function displaySize(stream: VideoStream, { width, height }: Size): string {
  const { numerator, denominator } = stream.sampleAspectRatio;
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const shape = turned ? denominator / numerator : numerator / denominator;
  return shape >= 1 ? `${Math.round(width * shape)}x${height}` : `${width}x${Math.round(height / shape)}`;
}

/** The picture's shape and light, which IVF cannot say, nor hardware encoders. */
export function pictureFlags(stream: VideoStream, video: Size): string[] {
  const id = 0;
  const args = [
    '--display-dimensions',
    `${id}:${displaySize(stream, video)}`,
    ...mkvColorArgs(id, stream.color),
    ...mkvSitingArgs(id, stream),
  ];
  const { masteringDisplay, contentLight } = stream.hdr;
  if (masteringDisplay !== null) args.push(...masteringArgs(id, masteringDisplay));
  if (contentLight !== null) {
    args.push('--max-content-light', `${id}:${contentLight.maxContent}`);
    args.push('--max-frame-light', `${id}:${contentLight.maxAverage}`);
  }
  return args;
}

/** How a copied picture is to be turned, which ffmpeg does not tell a Matroska file. */
export function turnFlags(id: number, stream: Stream): string[] {
  if (stream.kind !== 'video' || stream.rotation === 0) return [];
  // Matroska counts from -180 to 180, against the clock.
  const roll = stream.rotation > 180 ? 360 - stream.rotation : -stream.rotation;
  return ['--projection-type', `${id}:0`, '--projection-pose-roll', `${id}:${roll}`];
}

/**
 * When the frames of an IVF file are shown. A Matroska file says it itself, and must not be told a default duration:
 * for such a file mkvmerge would then space the frames evenly, whatever their times.
 */
function ivfTiming(files: MuxFiles, stream: VideoStream, video: VideoEncode): string[] {
  const rate = outputRate(stream, video);
  return [
    ...(files.timestamps === null ? [] : ['--timestamps', `0:${mkvmergePath(files.timestamps)}`]),
    // Not what spaces the frames, which is the list of times, but what tells players that they are even.
    ...(rate === null ? [] : ['--default-duration', `0:${rate.numerator}/${rate.denominator}fps`]),
  ];
}

/** A raw stream says nothing of time: mkvmerge would take its frames for 25 a second, and its beginning for the film's. */
export function rawTiming(files: MuxFiles, rate: Rational | null): string[] {
  const late = Math.round((files.videoStart ?? 0) * 1000);
  return [
    ...(rate === null ? [] : ['--default-duration', `0:${rate.numerator}/${rate.denominator}fps`]),
    ...(late === 0 ? [] : ['--sync', `0:${late}`]),
    ...(files.videoMark == null ? [] : ['--tags', `0:${mkvmergePath(files.videoMark)}`]),
  ];
}

/** How the file that the picture was encoded into is timed. */
export function encodedTiming(files: MuxFiles, stream: VideoStream, video: VideoEncode): readonly string[] {
  if (files.video?.endsWith(RAW) === true) return rawTiming(files, outputRate(stream, video));
  return videoExtension(video.codec) === 'ivf' ? ivfTiming(files, stream, video) : NO_BAGGAGE;
}
