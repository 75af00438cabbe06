import { z } from 'zod';
import { bytes, timestamp } from './common.js';

export const systemStatus = z.object({
  appName: z.literal('Boilarr'),
  version: z.string(),
  startTime: timestamp,
  nodeVersion: z.string(),
  platform: z.string(),
  configDirectory: z.string(),
  urlBase: z.string(),
});
export type SystemStatus = z.infer<typeof systemStatus>;

export const healthNotice = z.object({
  source: z.string(),
  type: z.enum(['ok', 'notice', 'warning', 'error']),
  message: z.string(),
});
export type HealthNotice = z.infer<typeof healthNotice>;

export const dashboard = z.object({
  /** bytes saved by all replaced files so far */
  saved: z.number().int(),
  inTrash: bytes,
  replacedFiles: z.number().int(),
  /** bytes of the sources of all replaced files */
  replacedSourceSize: bytes,
  files: z.number().int(),
  size: bytes,
  queued: z.number().int(),
  running: z.number().int(),
  failed: z.number().int(),
  /** the last thirty days, oldest first, days without a replacement left out */
  savedByDay: z.array(z.object({ day: z.iso.date(), saved: z.number().int(), files: z.number().int() })),
});
export type Dashboard = z.infer<typeof dashboard>;

export const taskResource = z.object({
  name: z.string(),
  intervalSeconds: z.number().int(),
  lastRunAt: timestamp.nullable(),
  lastDurationMs: z.number().nullable(),
  lastError: z.string().nullable(),
  nextRunAt: timestamp,
  running: z.boolean(),
});
export type TaskResource = z.infer<typeof taskResource>;

export const profileResource = z.object({
  name: z.string(),
  hash: z.string(),
  description: z.string().nullable(),
  /** false: the file has a mistake, and the last valid version is in force */
  valid: z.boolean(),
  errors: z.array(z.string()),
});
export type ProfileResource = z.infer<typeof profileResource>;

/** How far the sizes that were expected of a library's new files were off. */
const projectionQuality = z.object({
  files: z.number().int(),
  /** mean of |actual - expected| / actual; null without any file */
  meanAbsoluteError: z.number().nullable(),
});
export const libraryProjection = projectionQuality.extend({
  libraryId: z.number().int(),
  libraryName: z.string(),
  /** by kind of file: source codec, height class and target codec, such as `h264/1080/av1` */
  kinds: z.array(
    projectionQuality.extend({
      key: z.string(),
      /** what the next projection of such a picture is multiplied by */
      correction: z.number(),
    }),
  ),
});
export type LibraryProjection = z.infer<typeof libraryProjection>;

/** `named`: a file in `profiles/`; `folder`: a `.boilarr.yaml` */
export const profileSchemaQuery = z.object({ kind: z.enum(['named', 'folder']).default('named') });
export type ProfileSchemaQuery = z.infer<typeof profileSchemaQuery>;

/** What a person may ask for by POST /command; each leaves a record. */
export const commandRequest = z.discriminatedUnion('name', [
  z.object({ name: z.literal('ScanLibrary'), libraryId: z.number().int().positive() }),
  z.object({ name: z.literal('ScanAllLibraries') }),
  /** deletes for good all that the trash of a library holds, or of all libraries */
  z.object({ name: z.literal('EmptyTrash'), libraryId: z.number().int().positive().optional() }),
  z.object({ name: z.literal('RunTask'), task: z.string().min(1).max(100) }),
]);
export type CommandRequest = z.infer<typeof commandRequest>;

export const commandResource = z.object({
  id: z.number().int(),
  name: z.string(),
  body: z.record(z.string(), z.unknown()),
  status: z.enum(['queued', 'started', 'completed', 'failed']),
  message: z.string().nullable(),
  queuedAt: timestamp,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
});
export type CommandResource = z.infer<typeof commandResource>;

export const loginRequest = z.object({ apiKey: z.string().min(1, 'the API key is needed').max(200) });
export type LoginRequest = z.infer<typeof loginRequest>;

export const sessionStatus = z.object({ authenticated: z.boolean() });
export type SessionStatus = z.infer<typeof sessionStatus>;

export const folderListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  /** names of the folders in it, sorted, at most 1000 */
  folders: z.array(z.string()),
});
export type FolderListing = z.infer<typeof folderListing>;

/** What a library's webhook is sent. */
export const webhookBody = z.object({
  event: z.enum(['file.replaced', 'file.published', 'job.failed']),
  library: z.string(),
  sourcePath: z.string(),
  finalPath: z.string(),
  sourceSize: bytes,
  finalSize: bytes,
  saved: z.number().int(),
  jobId: z.number().int(),
  at: timestamp,
});
export type WebhookBody = z.infer<typeof webhookBody>;
