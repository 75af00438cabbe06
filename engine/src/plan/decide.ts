import type { Reason } from '#contracts';
import type { MediaInfo } from '../media/media-info.js';
import type { Profile } from '../profile/schema/index.js';
import { KIND_NAMES } from './dolby-vision/kind.js';
import { NO_FACTS } from './file-facts.js';
import type { Decision, FileFacts, Plan, RuleContext } from './plan.types.js';
import { questions } from './questions.js';

function worthIt({ info }: RuleContext, plan: Plan): Reason {
  const saving = Math.round((1 - plan.expectedSize / Math.max(1, info.container.size)) * 100);
  const { pipeline, dolbyVision } = plan;
  if (pipeline === 'compress') {
    const what = plan.streams.some(({ action }) => action === 'encode-video') ? 'An encode' : 'It';
    return { code: 'worth_it', message: `${what} is expected to save ${saving} %.` };
  }
  if (dolbyVision === null)
    return { code: 'reencode', message: `x265 is expected to save ${saving} %; all else stays as it is.` };
  const what = KIND_NAMES[dolbyVision.kind];
  const target = dolbyVision.compatibilityId === 4 ? 'Profile 8.4' : 'Profile 8.1';
  const open =
    dolbyVision.kind === 'profile7'
      ? ' Whether its enhancement layer is full, the node finds out first.'
      : '';
  return dolbyVision.way === 'convert'
    ? {
        code: 'dolby_vision_convert',
        message: `${what} becomes ${target} without a new encode; all else stays as it is.${open}`,
      }
    : {
        code: 'dolby_vision_reencode',
        message: `${what} is encoded anew as ${target}, which is expected to save ${saving} %; all else stays as it is.${open}`,
      };
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
