import { z } from 'zod';
import { bytes, timestamp } from './common.js';
import { nodeTag } from './node.js';

/** What the scanner takes for video, unless a library names its own. Without the dot, lower case. */
export const DEFAULT_EXTENSIONS = [
  '3gp',
  'asf',
  'avi',
  'divx',
  'flv',
  'm2ts',
  'm2v',
  'm4v',
  'mkv',
  'mov',
  'mp4',
  'mpeg',
  'mpg',
  'mts',
  'mxf',
  'ogm',
  'ogv',
  'rm',
  'rmvb',
  'ts',
  'vob',
  'webm',
  'wmv',
] as const;

/** Which of a library's jobs goes first, among those of equal weight. */
export const jobOrder = z.enum(['expectedSaving', 'largest', 'oldest', 'newest', 'name']);
export type JobOrder = z.infer<typeof jobOrder>;

/** What to do with a file that has other hard links (a seeding torrent, mostly). */
export const hardLinkPolicy = z.enum(['skip', 'wait', 'break']);
export type HardLinkPolicy = z.infer<typeof hardLinkPolicy>;

const extension = z
  .string()
  .trim()
  .toLowerCase()
  .transform((text) => text.replace(/^\./, ''))
  .pipe(z.string().regex(/^[a-z0-9]{1,12}$/, 'a file extension such as mkv'));

const librarySettings = z.object({
  name: z.string().trim().min(1, 'a name is needed').max(100),
  /** absolute path of the folder, as the server sees it */
  path: z
    .string()
    .min(1, 'a folder is needed')
    .refine((text) => text.startsWith('/') || /^[A-Za-z]:[\\/]/.test(text), 'must be an absolute path')
    .refine((text) => !text.includes('\0'), 'must not contain a NUL character'),
  enabled: z.boolean(),
  /** name of a profile in the configuration folder */
  profile: z.string().min(1),
  extensions: z.array(extension).min(1, 'at least one extension is needed').max(100),
  /** bytes; smaller files are passed over */
  minimumSize: bytes,
  /** seconds; a file changed more recently than this waits, for it may still be written */
  minimumAgeSeconds: z.number().int().nonnegative().max(31_536_000),
  /** globs relative to the library, such as `**` + `/extras/**` */
  ignore: z.array(z.string().min(1).max(500)).max(200),
  /** seconds between scans; 0: only when asked */
  scanIntervalSeconds: z.number().int().nonnegative(),
  /** libraries with a higher weight go first */
  weight: z.number().int().min(-1000).max(1000),
  order: jobOrder,
  hardLinks: hardLinkPolicy,
  /** outputs wait for a person to approve or reject them; until then nothing is replaced */
  review: z.boolean(),
  /** days after which an original leaves the trash for good; 0: only by hand or by size */
  trashKeepDays: z.number().int().nonnegative().max(3650),
  /** bytes that the trash may hold, beyond which the oldest originals leave it; 0: as many as there are */
  trashMaximumSize: bytes,
  /** only nodes with one of these tags work on its files; empty: every node */
  nodeTags: z.array(nodeTag).max(50),
  /** one URL that is told of every replaced file; empty: none */
  webhookUrl: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]),
});

export const LIBRARY_DEFAULTS = {
  enabled: true,
  profile: 'av1-default',
  extensions: [...DEFAULT_EXTENSIONS] as string[],
  minimumSize: 0,
  minimumAgeSeconds: 60,
  ignore: [] as string[],
  scanIntervalSeconds: 21_600,
  weight: 0,
  order: 'expectedSaving',
  hardLinks: 'skip',
  review: false,
  trashKeepDays: 30,
  trashMaximumSize: 0,
  nodeTags: [] as string[],
  webhookUrl: '',
} as const satisfies Omit<z.infer<typeof librarySettings>, 'name' | 'path'>;

export const addLibrary = librarySettings.partial().required({ path: true }).strict();
export type AddLibrary = z.infer<typeof addLibrary>;

/** A library's folder cannot be changed: its files would all read as gone. Remove and add it instead. */
export const updateLibrary = librarySettings.omit({ path: true }).partial().strict();
export type UpdateLibrary = z.infer<typeof updateLibrary>;

export const libraryStatistics = z.object({
  /** files present */
  files: z.number().int(),
  /** bytes of the files present */
  size: bytes,
  /** files waiting for an encode or at it */
  queued: z.number().int(),
  replaced: z.number().int(),
  skipped: z.number().int(),
  failed: z.number().int(),
  /** files that ffprobe or the file system refused */
  unreadable: z.number().int(),
  /** bytes saved by replaced files, the trash not counted as used */
  saved: z.number().int(),
  /** bytes that the trash still holds */
  inTrash: bytes,
});
export type LibraryStatistics = z.infer<typeof libraryStatistics>;

export const scanState = z.enum(['idle', 'running', 'paused']);

export const library = librarySettings.extend({
  id: z.number().int(),
  lastScanAt: timestamp.nullable(),
  statistics: libraryStatistics,
  scanState,
});
export type Library = z.infer<typeof library>;
