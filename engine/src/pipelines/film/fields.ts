import { z } from 'zod';
import type { MeasuredStreams } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import type { Plan } from '../../plan/plan.types.js';
import { producedFile, stored, storedInfo } from './stored.js';

/** What steps of a film's job add to it, whatever the pipeline calls them. */
export const added = {
  stage: z.object({ stagedAt: z.number() }),
  probe: z.object({ info: storedInfo, measured: stored<MeasuredStreams>() }),
  plan: z.object({ plan: stored<Plan>('streams', 'added', 'keep') }),
  encodeVideo: z.object({
    video: producedFile.nullable(),
    videoCommand: z.string().nullable(),
    /** name and version of what encoded it */
    videoEncoder: z.string().nullable(),
  }),
  encodeAudio: z.object({ audio: producedFile.nullable() }),
  convertSubtitles: z.object({ subtitles: producedFile.nullable() }),
  mux: z.object({ output: producedFile }),
  verify: z.object({ outputInfo: storedInfo }),
};

/** Everything that is known once all steps are done; each step may read what earlier ones added. */
export interface FilmFields
  extends
    z.infer<typeof added.probe>,
    z.infer<typeof added.plan>,
    z.infer<typeof added.encodeVideo>,
    z.infer<typeof added.encodeAudio>,
    z.infer<typeof added.convertSubtitles>,
    z.infer<typeof added.mux>,
    z.infer<typeof added.verify> {}

/**
 * What an earlier step added.
 * @throws Error when that step has not run: a mistake in the pipeline's order
 */
export function need<K extends keyof FilmFields>(context: JobContext, key: K): FilmFields[K] {
  const value = context.fields[key];
  if (value === undefined) throw new Error(`the field ${key} is needed before any step has added it`);
  return value as FilmFields[K];
}
