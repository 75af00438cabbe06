import type { Reason } from '#contracts';
import { streamsOf, type MediaInfo } from '../media/media-info.js';
import type { Profile } from '../profile/schema/index.js';
import type { Decision, FileFacts, Plan, RuleContext } from './plan.types.js';
import { projectSize } from './project-size.js';
import { ENCODE_RULES, PLAN_RULES, SOURCE_RULES } from './rules/index.js';
import { planStream } from './streams/index.js';

/** For who knows nothing of the file but its media. */
export const NO_FACTS: FileFacts = { modifiedAt: null, correction: 1 };

function objectionToSource(context: RuleContext): Reason | null {
  for (const rule of SOURCE_RULES) {
    const reason = rule.evaluate(context);
    if (reason !== null) return reason;
  }
  const [video] = streamsOf(context.info, 'video');
  if (video === undefined || context.profile.video.codec === 'copy') return null;
  for (const rule of ENCODE_RULES) {
    const reason = rule.evaluate(context, video);
    if (reason !== null) return reason;
  }
  return null;
}

function draft(context: RuleContext): Plan {
  const { info, profile } = context;
  const streams = info.streams.map((stream) => planStream(stream, context));
  return {
    container: profile.container,
    streams,
    added: [],
    keep: { chapters: profile.keep.chapters, tags: profile.keep.tags },
    expectedSize: projectSize(info, streams),
    sizeLimit: Math.floor(info.container.size * (1 - profile.act.minimumSaving / 100)),
  };
}

/** Decides about one file: left alone, and why, or what becomes of each of its streams. Never throws. */
export function decide(info: MediaInfo, profile: Profile, file: FileFacts = NO_FACTS): Decision {
  const context: RuleContext = { info, profile, file };
  const objection = objectionToSource(context);
  if (objection !== null) return { verdict: 'skip', reason: objection };
  const plan = draft(context);
  for (const rule of PLAN_RULES) {
    const reason = rule.evaluate(context, plan);
    if (reason !== null) return { verdict: 'skip', reason };
  }
  const saving = Math.round((1 - plan.expectedSize / info.container.size) * 100);
  return {
    verdict: 'encode',
    reason: { code: 'worth_it', message: `An encode is expected to save ${saving} %.` },
    plan,
  };
}
