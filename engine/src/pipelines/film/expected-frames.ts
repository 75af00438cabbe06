import { constantRate } from '../../command/frame-rate.js';
import type { MeasuredStream, VideoStream } from '../../media/media-info.js';

/** packets for each frame, above which they hold a field each */
const FIELDS = 1.5;

/**
 * How many frames a decoder will make of a stream. Mostly each packet is one; television in H.264 may have a packet for each
 * field, and counted as frames, an encode of it would seem half done at its end, and on the way to twice its size.
 * @returns 0 when nothing was counted
 */
export function expectedFrames(stream: VideoStream, measured: MeasuredStream | undefined): number {
  if (measured === undefined) return 0;
  const { packets, firstSeconds, endSeconds } = measured;
  const rate = constantRate(stream);
  if (rate === null || firstSeconds === null || endSeconds === null) return packets;
  const frames = ((endSeconds - firstSeconds) * rate.numerator) / rate.denominator;
  return frames > 0 && packets / frames > FIELDS ? Math.ceil(packets / 2) : packets;
}
