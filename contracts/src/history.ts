import { z } from 'zod';
import { bytes, pagingQuery, timestamp } from './common.js';

/** Facts about a media file, as history keeps them. */
export const mediaFacts = z.object({
  container: z.string(),
  videoCodec: z.string().nullable(),
  audioCodecs: z.array(z.string()),
  size: bytes,
  /** bit/s of the whole file */
  bitRate: z.number().nonnegative().nullable(),
  durationSeconds: z.number().nonnegative().nullable(),
});
export type MediaFacts = z.infer<typeof mediaFacts>;

/**
 * - `replaced`: an output took its source's place
 * - `restored`: the original took it back
 * - `published`: new files were made
 * - `recovered`: what a crash had left half done was undone; nothing has changed by it
 */
export const HISTORY_EVENTS = ['replaced', 'published', 'restored', 'recovered'] as const;

export const historyEntry = z.object({
  id: z.number().int(),
  event: z.enum(HISTORY_EVENTS),
  jobId: z.number().int().nullable(),
  fileId: z.number().int().nullable(),
  libraryId: z.number().int().nullable(),
  libraryName: z.string().nullable(),
  sourcePath: z.string(),
  finalPath: z.string(),
  source: mediaFacts,
  output: mediaFacts,
  profileName: z.string().nullable(),
  profileHash: z.string().nullable(),
  /** the encode as run, ready to be pasted into a shell */
  command: z.string().nullable(),
  encoderVersion: z.string().nullable(),
  nodeName: z.string().nullable(),
  /** seconds from claim to replacement */
  elapsedSeconds: z.number().nullable(),
  /** bytes; negative where the new file is larger */
  saving: z.number().int(),
  inTrash: z.boolean(),
  /** what else there is to say, such as that recovery finished it, or what could not be kept; null: nothing */
  note: z.string().nullable(),
  at: timestamp,
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const historyListQuery = pagingQuery.extend({
  sortKey: z.enum(['at', 'saving']).default('at'),
  libraryId: z.coerce.number().int().positive().optional(),
});
export type HistoryListQuery = z.infer<typeof historyListQuery>;
