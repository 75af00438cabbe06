import { z } from 'zod';
import type { MeasuredStreams } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import type { Plan } from '../../plan/plan.types.js';
import { producedFile, stored, storedInfo } from './stored.js';

/** What steps of a film's job add to it, whatever the pipeline calls them. */
export const added = {
  stage: z.object({ stagedAt: z.number() }),
  probe: z.object({ info: storedInfo, measured: stored<MeasuredStreams>() }),
  plan: z.object({ plan: stored<Plan>('pipeline', 'streams', 'added', 'dolbyVision', 'keep') }),
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
 * Reads what an earlier step added. What it throws is a mistake in the pipeline's order: that step has not run.
 * @returns a reader of such fields
 */
export function fieldReader<Fields extends object>() {
  return <K extends keyof Fields & string>(context: JobContext, key: K): Fields[K] => {
    const value = context.fields[key];
    if (value === undefined) throw new Error(`the field ${key} is needed before any step has added it`);
    return value as Fields[K];
  };
}

export const need = fieldReader<FilmFields>();
