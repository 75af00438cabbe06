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
  /** false: it is no longer held, or it is itself an output that a restore has put aside */
  restorable: z.boolean(),
  at: timestamp,
});
export type TrashEntry = z.infer<typeof trashEntry>;

export const trashListQuery = pagingQuery.extend({
  sortKey: z.enum(['at', 'size']).default('at'),
  libraryId: z.coerce.number().int().positive().optional(),
  state: trashState.default('held'),
});
export type TrashListQuery = z.infer<typeof trashListQuery>;

/**
 * The reason code of a file whose original was put back by hand. It stays `skipped`, whatever becomes of its
 * profile, until somebody asks for it to be encoded again.
 */
export const RESTORED_REASON = 'restored';
