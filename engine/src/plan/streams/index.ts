import type { Reason } from '#contracts';
import type { Stream } from '../../media/media-info.js';
import type { AddedAudio, RuleContext, StreamPlan } from '../plan.types.js';
import { planAttachment } from './attachment.js';
import { unwantedAudio } from './audio-selection.js';
import { planAudio } from './audio.js';
import { planCover } from './cover.js';
import { planData } from './data.js';
import { stereoDownmixes } from './stereo-downmix.js';
import { planSubtitle } from './subtitle.js';
import { planVideo } from './video.js';

function planStream(stream: Stream, context: RuleContext, unwanted: ReadonlyMap<number, Reason>): StreamPlan {
  const { info, profile } = context;
  switch (stream.kind) {
    case 'video':
      return planVideo(stream, profile);
    case 'audio':
      return planAudio(stream, context, unwanted.get(stream.index));
    case 'subtitle':
      return planSubtitle(stream, info, profile);
    case 'cover':
      return planCover(stream, profile);
    case 'attachment':
      return planAttachment(stream, profile);
    case 'data':
      return planData(stream);
  }
}

/** @returns what becomes of each stream, and why, and what is added to them */
export function planStreams(context: RuleContext): { streams: StreamPlan[]; added: AddedAudio[] } {
  const unwanted = unwantedAudio(context.info, context.profile);
  const streams = context.info.streams.map((stream) => planStream(stream, context, unwanted));
  return { streams, added: stereoDownmixes(context, streams) };
}
