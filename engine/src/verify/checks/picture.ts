import type { Rational, VideoStream } from '../../media/media-info.js';
import type { Finding, HeaderCheck } from '../verify.types.js';

/** Matroska keeps the shape as a size in whole pixels, which rounds it. */
const SHAPE_TOLERANCE = 0.01;

const value = (rational: Rational) => rational.numerator / rational.denominator;

function expectedShape(source: VideoStream): number {
  const shape = value(source.sampleAspectRatio);
  return source.rotation === 90 || source.rotation === 270 ? 1 / shape : shape;
}

function checkTurn(source: VideoStream, output: VideoStream): Finding[] {
  if (source.rotation === output.rotation) return [];
  const message = `The picture was to be turned by ${source.rotation} degrees, and is by ${output.rotation}.`;
  return [{ code: 'rotation', message, stream: source.index }];
}

/** Size, shape, pixels and uprightness of an encoded picture; that one that stays is still to be turned as it was. */
export const checkPicture: HeaderCheck = (_input, tracks) =>
  tracks.flatMap(({ source, output, plan }) => {
    if (source.kind !== 'video' || output?.kind !== 'video') return [];
    if (plan.action === 'copy') return checkTurn(source, output);
    if (plan.action === 'convert-dolby-vision')
      // Out of its container and back: what the file said of it has been written anew.
      return [
        ...checkTurn(source, output),
        ...checkMade(source, output, source, value(source.sampleAspectRatio)),
      ];
    if (plan.action !== 'encode-video') return [];
    const findings = checkMade(source, output, plan.video, expectedShape(source));
    if (output.rotation === 0) return findings;
    const message = `The picture is turned already, and still says ${output.rotation} degrees.`;
    return [...findings, { code: 'rotation', message, stream: source.index }];
  });

type Made = Pick<VideoStream, 'width' | 'height' | 'pixelFormat'>;

/** @param expected width of a pixel over its height */
function checkMade(source: VideoStream, output: VideoStream, video: Made, expected: number): Finding[] {
  const findings: Finding[] = [];
  const add = (code: Finding['code'], message: string) =>
    findings.push({ code, message, stream: source.index });
  if (output.width !== video.width || output.height !== video.height) {
    add(
      'picture_size',
      `The picture is ${output.width}x${output.height}, planned was ${video.width}x${video.height}.`,
    );
  }
  const shape = value(output.sampleAspectRatio);
  if (Math.abs(shape / expected - 1) > SHAPE_TOLERANCE) {
    add(
      'picture_shape',
      `A pixel's width over its height is ${shape.toFixed(4)} and should be ${expected.toFixed(4)}.`,
    );
  }
  if (output.pixelFormat !== video.pixelFormat) {
    add(
      'pixel_format',
      `The pixel format is ${output.pixelFormat ?? 'unknown'}, planned was ${video.pixelFormat ?? 'unknown'}.`,
    );
  }
  return findings;
}
