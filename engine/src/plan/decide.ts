import type { Reason } from '#contracts';
import { streamsOf, type MediaInfo, type VideoStream } from '../media/media-info.js';
import type { Profile } from '../profile/schema/index.js';
import { NO_FACTS } from './file-facts.js';
import type { Decision, FileFacts, Plan, RuleContext, RuleTrace } from './plan.types.js';
import { projectSize } from './project-size.js';
import { ENCODE_RULES, PLAN_RULES, SOURCE_RULES } from './rules/index.js';
import { planStreams } from './streams/index.js';
import { planVideo } from './streams/video.js';

/** @returns the first video that is to be encoded; null when none is */
function videoToEncode({ info, profile }: RuleContext): VideoStream | null {
  return (
    streamsOf(info, 'video').find((video) => planVideo(video, profile).action === 'encode-video') ?? null
  );
}

function draft(context: RuleContext): Plan {
  const { info, profile } = context;
  const { streams, added } = planStreams(context);
  return {
    container: profile.container,
    streams,
    added,
    keep: { chapters: profile.keep.chapters, tags: profile.keep.tags },
    expectedSize: projectSize(context, streams, added),
    sizeLimit: Math.floor(info.container.size * (1 - profile.act.minimumSaving / 100)),
  };
}

/** Every question that is asked of a file, in order; each may be asked only when all before it have been passed. */
function* questions(context: RuleContext): Generator<{ code: string; answer: () => Reason | null }, Plan> {
  for (const rule of SOURCE_RULES) yield { code: rule.code, answer: () => rule.evaluate(context) };
  const video = videoToEncode(context);
  if (video !== null) {
    for (const rule of ENCODE_RULES) yield { code: rule.code, answer: () => rule.evaluate(context, video) };
  }
  const plan = draft(context);
  for (const rule of PLAN_RULES) yield { code: rule.code, answer: () => rule.evaluate(context, plan) };
  return plan;
}

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

/** The same with what every rule said, for a person who asks why. */
export function explainDecision(
  info: MediaInfo,
  profile: Profile,
  file: FileFacts = NO_FACTS,
): { decision: Decision; rules: RuleTrace[] } {
  const rules: RuleTrace[] = [];
  const context: RuleContext = { info, profile, file };
  for (const { code, answer } of questions(context)) {
    const reason = answer();
    rules.push({ code, result: reason === null ? 'passed' : 'objected', message: reason?.message ?? null });
    if (reason !== null) break;
  }
  const all = [...SOURCE_RULES, ...ENCODE_RULES, ...PLAN_RULES];
  for (const { code } of all) {
    if (!rules.some((rule) => rule.code === code)) rules.push({ code, result: 'not-asked', message: null });
  }
  return { decision: decide(info, profile, file), rules };
}
