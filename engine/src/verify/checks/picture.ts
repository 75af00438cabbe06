import type { Rational, VideoStream } from '../../media/media-info.js';
import type { Finding, HeaderCheck } from '../verify.types.js';

/** Matroska keeps the shape as a size in whole pixels, which rounds it. */
const SHAPE_TOLERANCE = 0.01;

const value = (rational: Rational) => rational.numerator / rational.denominator;

function expectedShape(source: VideoStream): number {
  const shape = value(source.sampleAspectRatio);
  return source.rotation === 90 || source.rotation === 270 ? 1 / shape : shape;
}

/** Size, shape, pixels and uprightness of an encoded picture; that a copied one is still to be turned as it was. */
export const checkPicture: HeaderCheck = (_input, tracks) =>
  tracks.flatMap(({ source, output, plan }) => {
    if (plan.action === 'copy' && source.kind === 'video' && output?.kind === 'video') {
      if (source.rotation === output.rotation) return [];
      const message = `The picture was to be turned by ${source.rotation} degrees, and is by ${output.rotation}.`;
      return [{ code: 'rotation', message, stream: source.index }];
    }
    if (plan.action !== 'encode-video' || source.kind !== 'video' || output?.kind !== 'video') return [];
    const { video } = plan;
    const findings: Finding[] = [];
    const add = (code: Finding['code'], message: string) =>
      findings.push({ code, message, stream: source.index });
    if (output.width !== video.width || output.height !== video.height) {
      add(
        'picture_size',
        `The picture is ${output.width}x${output.height}, planned was ${video.width}x${video.height}.`,
      );
    }
    const [shape, expected] = [value(output.sampleAspectRatio), expectedShape(source)];
    if (Math.abs(shape / expected - 1) > SHAPE_TOLERANCE) {
      add(
        'picture_shape',
        `A pixel's width over its height is ${shape.toFixed(4)} and should be ${expected.toFixed(4)}.`,
      );
    }
    if (output.pixelFormat !== video.pixelFormat) {
      add(
        'pixel_format',
        `The pixel format is ${output.pixelFormat ?? 'unknown'}, planned was ${video.pixelFormat}.`,
      );
    }
    if (output.rotation !== 0)
      add('rotation', `The picture is turned already, and still says ${output.rotation} degrees.`);
    return findings;
  });
