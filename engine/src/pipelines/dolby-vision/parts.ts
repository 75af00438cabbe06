import { streamsOf, type VideoStream } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import type { DolbyVisionWork } from '../../plan/plan.types.js';
import { need } from '../film/fields.js';

/** What becomes of the Dolby Vision. @throws Error when the plan says nothing of it: get_metadata lets no such plan through */
export function workOf(context: JobContext): DolbyVisionWork {
  const { dolbyVision } = need(context, 'plan');
  if (dolbyVision === null) throw new Error('the plan says nothing of Dolby Vision');
  return dolbyVision;
}

/** The one picture of the film. */
export function pictureOf(context: JobContext): VideoStream {
  const [video] = streamsOf(need(context, 'info'), 'video');
  if (video === undefined) throw new Error('the film has no picture');
  return video;
}

export function hasTool(context: JobContext, name: string): boolean {
  return context.capabilities.tools[name] !== undefined;
}
