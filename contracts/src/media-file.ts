import { z } from 'zod';
import { bytes, nanoseconds, pagingQuery, reason, timestamp } from './common.js';

/**
 * Where a file stands.
 * - `new`: seen, not yet probed
 * - `waiting`: too young, perhaps still being written
 * - `unreadable`: ffprobe or the file system refused it
 * - `skipped`: the plan, or a result that saved too little, leaves it alone
 * - `queued`: a job exists
 * - `replaced`: the file is our own, verified output
 * - `failed`: its job failed for good
 * - `missing`: no longer on disk; its history stays
 */
export const FILE_STATUSES = [
  'new',
  'waiting',
  'unreadable',
  'skipped',
  'queued',
  'replaced',
  'failed',
  'missing',
] as const;
export const fileStatus = z.enum(FILE_STATUSES);
export type FileStatus = z.infer<typeof fileStatus>;

export const mediaFile = z.object({
  id: z.number().int(),
  libraryId: z.number().int(),
  /** path inside the library, with `/` */
  path: z.string(),
  size: bytes,
  mtimeNs: nanoseconds,
  status: fileStatus,
  reason: reason.nullable(),
  /** of the profile that the status was decided with */
  profileHash: z.string().nullable(),
  expectedSaving: z.number().int().nullable(),
  container: z.string().nullable(),
  videoCodec: z.string().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  durationSeconds: z.number().nullable(),
  updatedAt: timestamp,
});
export type MediaFile = z.infer<typeof mediaFile>;

export const fileListQuery = pagingQuery.extend({
  sortKey: z.enum(['id', 'size', 'path']).default('path'),
  sortDirection: z.enum(['ascending', 'descending']).default('ascending'),
  libraryId: z.coerce.number().int().positive().optional(),
  status: fileStatus.optional(),
});
export type FileListQuery = z.infer<typeof fileListQuery>;
