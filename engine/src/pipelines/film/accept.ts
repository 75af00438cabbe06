import type { Reason } from '#contracts';
import type { MeasuredStreams, MediaInfo } from '../../media/media-info.js';
import { withMeasurements } from '../../media/with-measurements.js';
import { decide } from '../../plan/decide.js';
import type { FileFacts } from '../../plan/plan.types.js';
import type { Profile } from '../../profile/schema/index.js';
import { profileRepeats } from '../../verify/repeats.js';
import { verifyHeaders } from '../../verify/verify.js';

export type Acceptance = { accepted: true } | { accepted: false; reason: Reason };

/**
 * The last word before a source is replaced, by who has the library in hand: the plan is made anew from the
 * source as it is now, and the output's headers are held against it. That every packet and frame is sound was
 * measured by the node; that these are the very bytes that it measured, the hash says.
 */
export function acceptOutput(input: {
  /** the job's; what would be planned otherwise by now is not what was made */
  pipeline: string;
  /** the source's headers as they are now */
  source: MediaInfo;
  /** what the node measured of the source when it planned */
  measured: MeasuredStreams;
  output: MediaInfo;
  profile: Profile;
  file?: FileFacts;
}): Acceptance {
  const { output, profile } = input;
  const source = withMeasurements(input.source, input.measured);
  const decision = decide(source, profile, input.file);
  if (decision.verdict === 'skip') return { accepted: false, reason: decision.reason };
  const { plan } = decision;
  if (plan.pipeline !== input.pipeline) {
    const message = `the result is of ${input.pipeline}, and the file as it is now is one for ${plan.pipeline}`;
    return { accepted: false, reason: { code: 'plan_changed', message } };
  }
  if (output.container.size > plan.sizeLimit) {
    const message = `the result has ${output.container.size} bytes and may have at most ${plan.sizeLimit}`;
    return { accepted: false, reason: { code: 'saving_too_small', message } };
  }
  const [finding] = verifyHeaders({ plan, source, output });
  if (finding !== undefined)
    return { accepted: false, reason: { code: finding.code, message: finding.message } };
  const repeats = profileRepeats(output, profile, plan.pipeline, null);
  return repeats === null ? { accepted: true } : { accepted: false, reason: repeats };
}
