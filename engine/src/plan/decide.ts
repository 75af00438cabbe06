import type { Reason } from '#contracts';
import type { MediaInfo } from '../media/media-info.js';
import type { Profile } from '../profile/schema/index.js';
import { NO_FACTS } from './file-facts.js';
import type { Decision, FileFacts, Plan, RuleContext } from './plan.types.js';
import { questions } from './questions.js';

function worthIt({ info, profile }: RuleContext, plan: Plan): Reason {
  const saving = Math.round((1 - plan.expectedSize / Math.max(1, info.container.size)) * 100);
  const what = profile.video.codec === 'copy' ? 'It' : 'An encode';
  return { code: 'worth_it', message: `${what} is expected to save ${saving} %.` };
}

/** Decides about one file: left alone, and why, or what becomes of each of its streams. Never throws. */
export function decide(info: MediaInfo, profile: Profile, file: FileFacts = NO_FACTS): Decision {
  const context: RuleContext = { info, profile, file };
  const asked = questions(context);
  for (let next = asked.next(); ; next = asked.next()) {
    if (next.done === true)
      return { verdict: 'encode', reason: worthIt(context, next.value), plan: next.value };
    const reason = next.value.answer();
    if (reason !== null) return { verdict: 'skip', reason };
  }
}
