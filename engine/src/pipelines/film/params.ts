import { z } from 'zod';
import type { JobContext, ResolvedInput } from '../../pipeline/step.js';
import { fileFacts } from '../../plan/file-facts.js';
import type { FileFacts } from '../../plan/plan.types.js';
import { profileSchema } from '../../profile/schema/index.js';

/** What a job is given whose output takes a film's place, whatever its pipeline. */
export const filmParams = z.object({
  profile: profileSchema,
  profileName: z.string(),
  profileHash: z.string(),
  /** head and tail hash of the source when it was decided on; the server compares it before it replaces */
  sourceHash: z.string().nullable(),
  /** what this library's history has taught about projections; see FileFacts */
  correction: z.number().positive().default(1),
});
export type FilmParams = z.infer<typeof filmParams>;

export function paramsOf(context: JobContext): FilmParams {
  return filmParams.parse(context.params);
}

/** What is known of the source beside its media. */
export function fileFactsOf(context: JobContext): FileFacts {
  return fileFacts(sourceOf(context).mtimeNs, paramsOf(context).correction);
}

/** The film itself, the one input. */
export function sourceOf(context: JobContext): ResolvedInput {
  const source = context.inputs.find((input) => input.name === 'source');
  if (source === undefined) throw new Error('the job has no input named source');
  return source;
}
