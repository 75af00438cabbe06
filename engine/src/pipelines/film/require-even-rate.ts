import { constantRate } from '../../command/frame-rate.js';
import type { MeasuredStreams, Rational, VideoStream } from '../../media/media-info.js';
import { StepFailure } from '../../pipeline/step.js';
import { expectedFrames } from './expected-frames.js';

/** seconds; what rounding to a container's clock can add up to */
const ROUNDING = 0.005;

const perSecond = ({ numerator, denominator }: Rational) => numerator / denominator;

/**
 * What a raw picture's frames are spaced by, since it has no times of its own. Held against the times that the source's frames
 * have: a rate that is told wrong would make the picture run away from the sound.
 * @returns frames a second
 * @throws StepFailure `frame_rate`, with both numbers
 */
export function requireEvenRate(stream: VideoStream, measured: MeasuredStreams): Rational {
  const fail = (what: string) => {
    const message = `${what}; a picture outside of its container has nothing but its rate, so that it was left alone`;
    return new StepFailure({ code: 'frame_rate', message }, false);
  };
  const rate = constantRate(stream);
  if (rate === null) throw fail('nobody knows how many frames a second the picture has');
  const own = measured.streams.find(({ index }) => index === stream.index);
  if (own?.firstSeconds == null || own.endSeconds === null) return rate;
  const frames = expectedFrames(stream, own);
  const lasts = own.endSeconds - own.firstSeconds;
  const expected = frames / perSecond(rate);
  if (Math.abs(lasts - expected) <= 1 / perSecond(rate) + ROUNDING) return rate;
  throw fail(
    `the file says ${perSecond(rate).toFixed(3)} frames a second, with which its ${frames} frames would last ` +
      `${expected.toFixed(3)} s, and they last ${lasts.toFixed(3)} s (${(frames / lasts).toFixed(3)} a second)`,
  );
}
