import { z } from 'zod';
import { timestamp } from './common.js';

/** A file or folder that a scan could not read; the scan went on. */
export const scanProblem = z.object({
  path: z.string(),
  code: z.string(),
  message: z.string(),
});
export type ScanProblem = z.infer<typeof scanProblem>;

export const scanCounts = z.object({
  folders: z.number().int(),
  /** regular files seen, of whatever kind */
  files: z.number().int(),
  /** of these, the ones that the library takes for media */
  media: z.number().int(),
  unchanged: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  moved: z.number().int(),
  missing: z.number().int(),
  /** too young to be touched */
  waiting: z.number().int(),
  /** passed over: FIFO, socket, device, symbolic link, ignored */
  passedOver: z.number().int(),
  problems: z.number().int(),
  probed: z.number().int(),
});
export type ScanCounts = z.infer<typeof scanCounts>;

export const scanStatus = z.object({
  libraryId: z.number().int(),
  state: z.enum(['running', 'paused', 'completed', 'cancelled', 'failed']),
  /** walking the tree, then probing what it found */
  phase: z.enum(['walking', 'probing', 'done']),
  counts: scanCounts,
  /** files still to probe */
  toProbe: z.number().int(),
  /** the first problems; the full list is in the log */
  problems: z.array(scanProblem),
  error: z.string().nullable(),
  /** ms that the walk of the tree took, without the probes */
  walkMs: z.number().nullable(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
});
export type ScanStatus = z.infer<typeof scanStatus>;
