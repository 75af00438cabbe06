import { z } from 'zod';
import { bytes, reason } from './common.js';

/** Who says what a key is. */
export const planOrigin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('default') }),
  z.object({
    kind: z.literal('layer'),
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
  }),
]);
export type PlanOrigin = z.infer<typeof planOrigin>;

/** What would be done with a file as things stand, down to the commands, and why. */
export const filePlan = z.object({
  /** absolute */
  path: z.string(),
  size: bytes,
  profile: z.object({
    /** such as `av1-default + Anime/.boilarr.yaml` */
    name: z.string(),
    hash: z.string(),
    /** the files that were laid over each other, the nearest last */
    files: z.array(z.string()),
    /** mistakes in files that have a say here; what was valid last is in force */
    errors: z.array(z.string()),
    values: z.array(
      z.object({
        key: z.string(),
        value: z.unknown(),
        origin: planOrigin,
        /** it is the same as without any file */
        isDefault: z.boolean(),
      }),
    ),
  }),
  verdict: z.enum(['encode', 'skip']),
  reason,
  /** name of the pipeline that does it; null when the file is left alone */
  pipeline: z.string().nullable(),
  /** null: the picture has none */
  dolbyVision: z
    .object({
      /** such as `profile7Mel`, by which profiles name it; `other` for what they have no word for */
      kind: z.string(),
      /** such as `Dolby Vision Profile 8.1` */
      name: z.string(),
      /** what becomes of it: `keep`: picture and metadata stay; `drop`: the picture below is encoded without it */
      way: z.enum(['convert', 'reencode', 'keep', 'drop', 'skip']),
    })
    .nullable(),
  /** every rule, in the order in which they are asked */
  rules: z.array(
    z.object({
      code: z.string(),
      result: z.enum(['passed', 'objected', 'not-asked']),
      message: z.string().nullable(),
    }),
  ),
  /** one for each stream of the source; none when the file is left alone */
  streams: z.array(
    z.object({
      index: z.number().int(),
      /** what it is, such as `audio: ac3, 6 channels, eng` */
      source: z.string(),
      action: z.string(),
      /** what becomes of it, such as `Opus, 288 kbit/s, 5.1` */
      becomes: z.string(),
      reason,
    }),
  ),
  /** streams that are made beside those of the source */
  added: z.array(z.object({ from: z.number().int(), title: z.string(), becomes: z.string(), reason })),
  /** null when the file is left alone */
  projection: z
    .object({
      expectedSize: bytes,
      /** bytes above which the encode is given up */
      sizeLimit: bytes,
      /** what the library's history made of the projected picture; 1 without one */
      correction: z.number(),
    })
    .nullable(),
  /** the node whose commands these are; null when none has said what it can do */
  node: z.string().nullable(),
  commands: z.array(
    z.object({
      step: z.string(),
      argv: z.array(z.string()),
      /** the program whose standard output this one reads; null: none */
      input: z.array(z.string()).nullable(),
      /** the same, ready to be pasted into a shell: both programs with a pipe between them */
      line: z.string(),
    }),
  ),
  notes: z.array(z.string()),
});
export type FilePlan = z.infer<typeof filePlan>;

export const filePlanQuery = z.object({
  /** id of the node whose commands are wanted; without it the built-in one, or the first that is online */
  node: z.coerce.number().int().positive().optional(),
});
export type FilePlanQuery = z.infer<typeof filePlanQuery>;
