import type { Stream } from '../../media/media-info.js';
import type { RuleContext, StreamPlan } from '../plan.types.js';
import { planAttachment } from './attachment.js';
import { planAudio } from './audio.js';
import { planCover } from './cover.js';
import { planData } from './data.js';
import { planSubtitle } from './subtitle.js';
import { planVideo } from './video.js';

/** @returns what becomes of one stream, and why */
export function planStream(stream: Stream, { info, profile }: RuleContext): StreamPlan {
  switch (stream.kind) {
    case 'video':
      return planVideo(stream, profile);
    case 'audio':
      return planAudio(stream, profile);
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
