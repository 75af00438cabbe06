import type { Stream } from '../../media/media-info.js';
import { framesPerSecond } from '../../plan/project-size.js';
import { clockShift, isCopied, measureOf } from '../tracks.js';
import type { Check, Finding } from '../verify.types.js';

/** seconds; a codec's frame at either end (AAC's 21 to 43 ms, Opus' 20 ms) and its priming */
const AUDIO_TOLERANCE = 0.12;
/** seconds; what rounding to a container's clock can add up to */
const ROUNDING = 0.005;

function tolerance(stream: Stream): number {
  if (stream.kind === 'audio') return AUDIO_TOLERANCE;
  return stream.kind === 'video' ? 1 / framesPerSecond(stream) + ROUNDING : Number.POSITIVE_INFINITY;
}

/** Pictures and sound begin and end when they did, by what was measured in both files. */
export const checkTimes: Check = (input, tracks) => {
  const shift = clockShift(input.source);
  return tracks.flatMap(({ source, output, plan }) => {
    const before = measureOf(input.sourceMeasured, source);
    const after = measureOf(input.outputMeasured, output);
    if (output === undefined || before === undefined || before.packets === 0) return [];
    if (after === undefined || after.packets === 0) {
      if (source.kind === 'subtitle') return [];
      return [
        {
          code: 'stream_empty',
          message: `Stream ${source.index} is empty in the output.`,
          stream: source.index,
        },
      ];
    }
    const findings: Finding[] = [];
    const compare = (code: Finding['code'], word: string, from: number | null, to: number | null) => {
      if (from === null) return;
      const expected = from - shift;
      if (to !== null && Math.abs(to - expected) <= tolerance(source)) return;
      const found = to === null ? 'nobody knows when' : `at ${to.toFixed(3)} s`;
      const message = `Stream ${source.index} should ${word} at ${expected.toFixed(3)} s, and does so ${found}.`;
      findings.push({ code, message, stream: source.index });
    };
    // A copy takes along what was there to be read and not shown.
    const start = isCopied(plan) ? before.leadSeconds : before.firstSeconds;
    compare('start_time', 'start', start, after.firstSeconds);
    compare('end_time', 'end', before.endSeconds, after.endSeconds);
    return findings;
  });
};
