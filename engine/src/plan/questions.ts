import type { Reason } from '#contracts';
import { streamsOf, type VideoStream } from '../media/media-info.js';
import type { Plan, RuleContext } from './plan.types.js';
import { projectSize } from './project-size.js';
import { ENCODE_RULES, PLAN_RULES, SOURCE_RULES } from './rules/index.js';
import { planStreams } from './streams/index.js';
import { planVideo } from './streams/video.js';

export interface Question {
  code: string;
  answer: () => Reason | null;
}

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
export function* questions(context: RuleContext): Generator<Question, Plan> {
  for (const rule of SOURCE_RULES) yield { code: rule.code, answer: () => rule.evaluate(context) };
  const video = videoToEncode(context);
  if (video !== null) {
    for (const rule of ENCODE_RULES) yield { code: rule.code, answer: () => rule.evaluate(context, video) };
  }
  const plan = draft(context);
  for (const rule of PLAN_RULES) yield { code: rule.code, answer: () => rule.evaluate(context, plan) };
  return plan;
}
