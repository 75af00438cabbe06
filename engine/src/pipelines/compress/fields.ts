import { z } from 'zod';
import type { MediaInfo, MeasuredStreams } from '../../media/media-info.js';
import { fileFacts } from '../../plan/file-facts.js';
import type { FileFacts, Plan } from '../../plan/plan.types.js';
import { profileSchema } from '../../profile/schema/index.js';
import type { JobContext, ResolvedInput } from '../../pipeline/step.js';

/** What a compress job is given. */
export const compressParams = z.object({
  profile: profileSchema,
  profileName: z.string(),
  profileHash: z.string(),
  /** head and tail hash of the source when it was decided on; the server compares it before it replaces */
  sourceHash: z.string().nullable(),
  /** what this library's history has taught about projections; see FileFacts */
  correction: z.number().positive().default(1),
});
export type CompressParams = z.infer<typeof compressParams>;

/**
 * Something of ours that a checkpoint carried: checked for being there, not field by field.
 * @param keys that an older version did not write: without them the step runs again
 */
export function stored<T extends object>(...keys: readonly (keyof T)[]): z.ZodType<T> {
  return z.custom<T>(
    (value) => typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key)),
  );
}

/** Headers whose pictures say what this version wants to know of them. */
const storedInfo = stored<MediaInfo>('streams').refine(
  ({ streams }) =>
    Array.isArray(streams) &&
    streams.every((stream) => stream.kind !== 'video' || Object.hasOwn(stream, 'look')),
);

export const producedFile = z.object({ path: z.string(), size: z.number() });
export type ProducedFile = z.infer<typeof producedFile>;

/** What each step adds to the job. */
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
export interface CompressFields
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
export function need<K extends keyof CompressFields>(context: JobContext, key: K): CompressFields[K] {
  const value = context.fields[key];
  if (value === undefined) throw new Error(`the field ${key} is needed before any step has added it`);
  return value as CompressFields[K];
}

export function paramsOf(context: JobContext): CompressParams {
  return compressParams.parse(context.params);
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
