import type { Reason } from '#contracts';
import { streamsOf, type VideoStream } from '../media/media-info.js';
import { routeOf, type Route } from './dolby-vision/route.js';
import type { EncodeRule, Plan, PlanRule, RuleContext, StreamPlan } from './plan.types.js';
import { projectSize } from './project-size.js';
import {
  CONVERT_RULES,
  CONVERTED_RULES,
  ENCODE_RULES,
  KEPT_RULES,
  PLAN_RULES,
  REENCODE_RULES,
  SOURCE_RULES,
} from './rules/index.js';
import { planStreams } from './streams/index.js';
import { planVideo } from './streams/video.js';

export interface Question {
  code: string;
  answer: () => Reason | null;
}

/** What a convert may add: headers of the new file, and what its metadata takes in place of the old. */
const CONVERT_ROOM = { part: 0.02, bytes: 1024 * 1024 };

/** @returns the first video that is to be encoded; null when none is */
function videoToEncode({ info, profile }: RuleContext): VideoStream | null {
  return (
    streamsOf(info, 'video').find((video) => planVideo(video, profile).action === 'encode-video') ?? null
  );
}

/** What is done, or left, for the sake of the Dolby Vision has reasons of its own. */
function withReasons(
  streams: readonly StreamPlan[],
  first: VideoStream | undefined,
  { pipeline, dolbyVision, keepsPicture }: Route,
): StreamPlan[] {
  const own = ({ index, action, reason: { code } }: StreamPlan): StreamPlan | null => {
    if (action === 'copy' && code === 'audio_copied' && pipeline !== 'compress')
      return { index, action, reason: { code, message: 'Everything but the picture stays as it is.' } };
    if (index !== first?.index) return null;
    if (dolbyVision?.way === 'convert') {
      const message = 'The picture stays bit for bit; its Dolby Vision becomes Profile 8.1, in one layer.';
      return {
        ...{ index, action: 'convert-dolby-vision' },
        reason: { code: 'dolby_vision_converted', message },
      };
    }
    if (!keepsPicture) return null;
    const message = 'The picture and its Dolby Vision stay bit for bit.';
    return { index, action: 'copy', reason: { code: 'dolby_vision_kept', message } };
  };
  return streams.map((stream) => own(stream) ?? stream);
}

function draft(context: RuleContext, route: Route): Plan {
  const { pipeline, dolbyVision } = route;
  const { info, profile } = context;
  const planned = planStreams(context);
  const { size } = info.container;
  const isConvert = dolbyVision?.way === 'convert';
  const streams = withReasons(planned.streams, streamsOf(info, 'video')[0], route);
  return {
    pipeline,
    container: profile.container,
    streams,
    added: planned.added,
    dolbyVision,
    keep: { chapters: profile.keep.chapters, tags: profile.keep.tags },
    expectedSize: projectSize(context, streams, planned.added),
    sizeLimit: isConvert
      ? Math.ceil(size * (1 + CONVERT_ROOM.part)) + CONVERT_ROOM.bytes
      : Math.floor(size * (1 - profile.act.minimumSaving / 100)),
  };
}

function rulesFor({ pipeline, dolbyVision }: Route): {
  picture: readonly EncodeRule[];
  plan: readonly PlanRule[];
} {
  if (pipeline === 'compress') return { picture: ENCODE_RULES, plan: PLAN_RULES };
  if (dolbyVision?.way === 'convert') return { picture: CONVERTED_RULES, plan: CONVERT_RULES };
  // Its own metadata is what such a job is for.
  const further = ENCODE_RULES.filter(({ code }) => code !== 'dolby_vision' && code !== 'several_videos');
  return { picture: [...REENCODE_RULES, ...further], plan: PLAN_RULES };
}

/** Every question that is asked of a file, in order; each may be asked only when all before it have been passed. */
export function* questions(context: RuleContext): Generator<Question, Plan> {
  for (const rule of SOURCE_RULES) yield { code: rule.code, answer: () => rule.evaluate(context) };
  const route = routeOf(context);
  const own: RuleContext = { ...context, profile: route.profile };
  for (const rule of KEPT_RULES) yield { code: rule.code, answer: () => rule.evaluate(own) };
  const rules = rulesFor(route);
  const video =
    route.dolbyVision?.way === 'convert' ? (streamsOf(own.info, 'video')[0] ?? null) : videoToEncode(own);
  if (video !== null) {
    for (const rule of rules.picture) yield { code: rule.code, answer: () => rule.evaluate(own, video) };
  }
  const plan = draft(own, route);
  for (const rule of rules.plan) yield { code: rule.code, answer: () => rule.evaluate(own, plan) };
  return plan;
}
