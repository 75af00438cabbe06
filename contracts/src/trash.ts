import { z } from 'zod';
import { bytes, pagingQuery, timestamp } from './common.js';

/**
 * - `held`: the file lies in the library's trash
 * - `restored`: it is back in the library
 * - `emptied`: it has been deleted
 */
export const trashState = z.enum(['held', 'restored', 'emptied']);

export const trashEntry = z.object({
  id: z.number().int(),
  libraryId: z.number().int(),
  fileId: z.number().int().nullable(),
  state: trashState,
  /** absolute, where it lay in the library */
  originalPath: z.string(),
  /** absolute, what took its place */
  replacementPath: z.string(),
  trashPath: z.string(),
  size: bytes,
  /** false: it is no longer held, or what had replaced it was never in its place for good */
  restorable: z.boolean(),
  at: timestamp,
  /** when it leaves the trash by its age; null: not by age, or no longer held */
  keptUntil: timestamp.nullable(),
  /** why it is kept beyond that, or what became of it; null: nothing to say */
  note: z.string().nullable(),
});
export type TrashEntry = z.infer<typeof trashEntry>;

export const trashListQuery = pagingQuery.extend({
  sortKey: z.enum(['at', 'size']).default('at'),
  libraryId: z.coerce.number().int().positive().optional(),
  state: trashState.default('held'),
});
export type TrashListQuery = z.infer<typeof trashListQuery>;

/**
 * Which entries are put back, or deleted for good, at once. All of a library, or all that is held, can take hours to
 * delete: that is the command `EmptyTrash`, whose record tells when it is done.
 */
export const trashIds = z.strictObject({
  ids: z.array(z.number().int().positive()).min(1).max(500),
});
export type TrashIds = z.infer<typeof trashIds>;

/** What became of each, in the order asked; one that could not be put back keeps none of the others from it. */
export const restoreManyResponse = z.object({
  results: z.array(z.object({ id: z.number().int(), restored: z.boolean(), message: z.string().nullable() })),
});
export type RestoreManyResponse = z.infer<typeof restoreManyResponse>;

export const emptyTrashResponse = z.object({
  deleted: z.number().int(),
  /** of those deleted */
  bytes,
  /** what is still there, or was not in the trash, and why */
  kept: z.array(z.object({ id: z.number().int(), message: z.string() })),
});
export type EmptyTrashResponse = z.infer<typeof emptyTrashResponse>;

/**
 * The reason code of a file whose original was put back by hand. It stays `skipped`, whatever becomes of its
 * profile, until somebody asks for it to be encoded again.
 */
export const RESTORED_REASON = 'restored';
