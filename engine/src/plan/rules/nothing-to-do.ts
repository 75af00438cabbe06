import { containersOf } from '../containers.js';
import type { Plan, PlanRule, RuleContext } from '../plan.types.js';

/** Reasons for leaving out a stream that nobody asked for: what the new container cannot hold. */
const UNASKED = new Set(['data_dropped', 'subtitle_dropped', 'subtitle_empty', 'audio_empty']);

function changesStreams({ info, profile }: RuleContext, plan: Plan): boolean {
  if (plan.added.length > 0) return true;
  return plan.streams.some(({ index, action, reason }) => {
    if (action === 'encode-video' || action === 'encode-audio') return true;
    if (action === 'convert-subtitle') return profile.subtitles.textFormat !== 'keep';
    const kind = info.streams.find((stream) => stream.index === index)?.kind;
    const asked = (kind === 'audio' || kind === 'subtitle') && !UNASKED.has(reason.code);
    return action === 'drop' && asked;
  });
}

function changesContainer({ info, profile }: RuleContext, plan: Plan): boolean {
  const has = containersOf(info);
  return !has.includes(plan.container) && !has.some((name) => profile.act.goodContainers.includes(name));
}

export const nothingToDo: PlanRule = {
  code: 'nothing_to_do',
  evaluate(context, plan) {
    if (changesStreams(context, plan) || changesContainer(context, plan)) return null;
    const good = plan.streams.find(({ reason }) => reason.code === 'good_codec');
    if (good !== undefined) return good.reason;
    return { code: this.code, message: 'The profile would copy everything in this file.' };
  },
};
