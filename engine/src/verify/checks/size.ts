import type { Plan } from '../../plan/plan.types.js';
import type { Stream } from '../../media/media-info.js';
import { measureOf } from '../tracks.js';
import type { Check, Finding, VerifyInput } from '../verify.types.js';

/** part of what is kept of the source below which no honest encode comes out */
const FLOOR = 0.002;

/** @returns 0 to 1: how much of a stream's content the output shows at all */
function share(stream: Stream, plan: Plan): number {
  const entry = plan.streams.find(({ index }) => index === stream.index);
  const isSource = plan.added.some(({ from }) => from === stream.index);
  if (entry === undefined || entry.action === 'drop') return isSource ? 1 : 0;
  if (entry.action !== 'encode-video' || stream.kind !== 'video') return 1;
  return Math.min(1, (entry.video.width * entry.video.height) / (stream.width * stream.height));
}

/** Bytes of the source that the output stands for: without what the plan drops, and less for a smaller picture. */
function keptBytes({ source, sourceMeasured, plan }: VerifyInput): number {
  return source.streams.reduce((sum, stream) => {
    const bytes = measureOf(sourceMeasured, stream)?.bytes ?? 0;
    return sum - bytes * (1 - share(stream, plan));
  }, source.container.size);
}

/** Neither larger than the plan allows nor so small that something must be missing. */
export const checkSize: Check = (input) => {
  const { size } = input.output.container;
  const { sizeLimit } = input.plan;
  const finding = (code: Finding['code'], message: string) => [{ code, message, stream: null }];
  if (size > sizeLimit)
    return finding('too_large', `The output has ${size} bytes and may have at most ${sizeLimit}.`);
  const kept = keptBytes(input);
  if (size >= kept * FLOOR) return [];
  return finding('too_small', `The output has ${size} bytes, too few for ${Math.round(kept)} of the source.`);
};
