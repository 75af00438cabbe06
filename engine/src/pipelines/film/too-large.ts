import type { MeasuredStreams } from '../../media/media-info.js';
import { SkipJob } from '../../pipeline/step.js';
import type { Plan } from '../../plan/plan.types.js';

/** Bytes that everything but the picture will take: what is copied as measured, what is encoded as planned. */
export function bytesBesideVideo(plan: Plan, measured: MeasuredStreams): number {
  return plan.streams.reduce((sum, stream) => {
    const source = measured.streams.find((candidate) => candidate.index === stream.index);
    if (source === undefined) return sum;
    const seconds = (source.endSeconds ?? 0) - (source.firstSeconds ?? 0);
    const encoded = plan.added.filter(({ from }) => from === stream.index).map(({ audio }) => audio);
    if (stream.action === 'encode-audio') encoded.push(stream.audio);
    const copied = stream.action === 'copy' ? source.bytes : 0;
    return encoded.reduce((bytes, { bitRate }) => bytes + (bitRate * 1000 * seconds) / 8, sum + copied);
  }, 0);
}

export function tooLarge(projected: number, plan: Plan): SkipJob {
  return new SkipJob({
    code: 'projected_too_large',
    message: `the encode was given up: it was heading for ${projected} bytes, and more than ${plan.sizeLimit} is not worth it`,
  });
}
