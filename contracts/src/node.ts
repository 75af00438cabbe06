import { z } from 'zod';
import { bytes, timestamp as isoTimestamp } from './common.js';
import { lane, type Lane } from './job.js';

/** A card that encodes, and what it has been seen to do. */
export const gpuDevice = z.object({
  /** stable name of the device on its machine: `nvidia:0`, or `dri:renderD128` */
  id: z.string().min(1).max(100),
  /** what people call it */
  name: z.string(),
  vendor: z.enum(['nvidia', 'intel', 'amd', 'other']),
  /** ffmpeg's encoders that have really encoded a frame on it */
  encoders: z.array(z.string()),
});
export type GpuDevice = z.infer<typeof gpuDevice>;

/** What a node's tools can do, asked of the tools themselves when the node starts. */
export const capabilities = z.object({
  tools: z.record(z.string(), z.object({ path: z.string(), version: z.string() })),
  /** ffmpeg's encoders that this build lists */
  encoders: z.array(z.string()),
  decoders: z.array(z.string()),
  filters: z.array(z.string()),
  /** hardware encoders that have really encoded a frame here, on whichever device */
  hardwareEncoders: z.array(z.string()),
  /** SVT-AV1's version, which decides on the parameters it knows; null when it could not be told */
  svtAv1Version: z.string().nullable(),
  gpus: z.array(gpuDevice).max(64).default([]),
  cores: z.number().int().positive(),
  memoryBytes: z.number().int().nonnegative(),
  /** Node's platform and architecture, such as `linux-x64` */
  platform: z.string(),
});
export type Capabilities = z.infer<typeof capabilities>;

export const nodeState = z.enum(['online', 'offline']);

/**
 * What becomes of running work when a node is told to rest.
 *
 * - `now`: its tools are stopped where they are (SIGSTOP) and go on later; leases are kept
 * - `afterJob`: what runs is finished, nothing new begins
 * - `giveBack`: what runs is ended and goes to another node, from its last finished step on
 */
export const pauseMode = z.enum(['now', 'afterJob', 'giveBack']);
export type PauseMode = z.infer<typeof pauseMode>;

/** A folder under two names: the server's, and the node's (`/mnt/x`, `Z:\x` or `\\nas\x`). */
export const pathMapping = z.strictObject({
  server: z.string().min(1).max(4096),
  node: z.string().min(1).max(4096),
});
export type PathMapping = z.infer<typeof pathMapping>;

/** Hours of each weekday, Monday first, in which a node works; by the server's clock and time zone. */
export const schedule = z.array(z.array(z.number().int().min(0).max(23)).max(24)).length(7);
export type Schedule = z.infer<typeof schedule>;

/** A word that ties libraries to nodes. */
export const nodeTag = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'letters, digits, - and _');

export const nodeSettings = z.object({
  name: z.string().trim().min(1).max(60),
  enabled: z.boolean(),
  cpuSlots: z.number().int().min(0).max(64),
  /** slots of each GPU that `gpuDevices` does not name */
  gpuSlots: z.number().int().min(0).max(64),
  /** slots of single GPUs, by the device's id */
  gpuDevices: z.record(z.string().min(1).max(100), z.number().int().min(0).max(64)),
  /** the lanes that it takes jobs from */
  lanes: z.array(lane),
  /** logical processors that one job may use; 0: as many as the encoder likes */
  threadsPerJob: z.number().int().min(0).max(1024),
  /** politeness towards other programs, 0 to 19 */
  nice: z.number().int().min(0).max(19),
  /** the same for the disk: as others, after others, or only when nobody else wants it; Linux only */
  ioPriority: z.enum(['normal', 'low', 'idle']),
  /** nodes with a higher weight are given work first */
  weight: z.number().int().min(-1000).max(1000),
  tags: z.array(nodeTag).max(50),
  pathMappings: z.array(pathMapping).max(100),
  /** files over the network: never, where the share cannot be read, or always */
  transfer: z.enum(['never', 'fallback', 'always']),
  /** copy a source from the share to the work folder before its turn, if there is room */
  copySources: z.boolean(),
  /** sources that are copied or fetched at once */
  parallelCopies: z.number().int().min(1).max(16),
  /** bytes a second for all transfers over the network together; 0: no limit */
  transferLimit: bytes,
  /** null: at any time */
  schedule: schedule.nullable(),
  /** what happens when the schedule's hours end */
  outsideSchedule: pauseMode,
  /** other programs' share of the processors, in percent, above which the node stops its tools; 0: never */
  pauseAboveCpu: z.number().int().min(0).max(100),
});
export type NodeSettings = z.infer<typeof nodeSettings>;

/** How many jobs one GPU may do at once. */
export function slotsOfGpu(
  settings: Pick<NodeSettings, 'gpuSlots' | 'gpuDevices'>,
  deviceId: string,
): number {
  return settings.gpuDevices[deviceId] ?? settings.gpuSlots;
}

/** How many jobs of a lane, and of its twin for large files, a node may do at once: on a node without a GPU no gpu lane has a slot. */
export function slotsOfLane(
  settings: Pick<NodeSettings, 'cpuSlots' | 'gpuSlots' | 'gpuDevices'>,
  gpus: readonly Pick<GpuDevice, 'id'>[],
  ofLane: Lane,
): number {
  if (!ofLane.startsWith('gpu')) return settings.cpuSlots;
  return gpus.reduce((sum, { id }) => sum + slotsOfGpu(settings, id), 0);
}

/** Why a node rests. */
export const restReason = z.enum(['user', 'schedule', 'busy', 'disabled']);
export type RestReason = z.infer<typeof restReason>;

/** What the server wants a node to do just now. */
export const nodeActivity = z.object({
  mode: z.enum(['work', ...pauseMode.options]),
  why: restReason.nullable(),
});
export type NodeActivity = z.infer<typeof nodeActivity>;

/** How busy a node's machine is. */
export const nodeUsage = z.object({
  /** of all processors together, 0 to 100 */
  cpuPercent: z.number().min(0).max(100),
  /** of other programs than the node's own tools; null: it cannot be told */
  othersCpuPercent: z.number().min(0).max(100).nullable(),
  memoryUsedBytes: bytes,
  /** free for the node's work; null: it cannot be told */
  workFreeBytes: bytes.nullable(),
  gpus: z.array(z.object({ id: z.string(), percent: z.number().min(0).max(100).nullable() })).max(64),
  /** bytes a second that the node sends and fetches */
  transferRate: z.number().nonnegative(),
});
export type NodeUsage = z.infer<typeof nodeUsage>;

/** How a node gets at the files of one library. */
export const nodeReach = z.object({
  libraryId: z.number().int(),
  libraryName: z.string(),
  /** by the server's path, by a mapped one, over the network, or not at all */
  way: z.enum(['same', 'mapped', 'transfer', 'none']),
  /** where the node looked; null: nowhere */
  nodePath: z.string().nullable(),
  /** why it cannot read the share; null: it can */
  problem: z.string().nullable(),
});
export type NodeReach = z.infer<typeof nodeReach>;

export const nodeResource = nodeSettings.extend({
  id: z.number().int(),
  builtIn: z.boolean(),
  state: nodeState,
  version: z.string().nullable(),
  capabilities: capabilities.nullable(),
  lastSeenAt: isoTimestamp.nullable(),
  activeJobs: z.number().int(),
  /** what it was told to do */
  activity: nodeActivity,
  /** what it says it does: `busy` rests are its own decision */
  resting: restReason.nullable(),
  usage: nodeUsage.nullable(),
  reach: z.array(nodeReach),
});
export type NodeResource = z.infer<typeof nodeResource>;

export const updateNode = nodeSettings.partial().strict();
export type UpdateNode = z.infer<typeof updateNode>;

export const pauseRequest = z.strictObject({ mode: pauseMode });
export type PauseRequest = z.infer<typeof pauseRequest>;

/** What the first contact of a new node needs; see `POST /nodes/join-tokens`. */
export const newJoinToken = z.strictObject({
  /** hours until it can no longer be used */
  validHours: z.number().int().min(1).max(8760).default(24),
  /** nodes that may join with it */
  uses: z.number().int().min(1).max(1000).default(1),
});
export type NewJoinToken = z.infer<typeof newJoinToken>;

export const joinToken = z.object({
  id: z.number().int(),
  createdAt: isoTimestamp,
  expiresAt: isoTimestamp,
  usesLeft: z.number().int(),
});
export type JoinToken = z.infer<typeof joinToken>;

/** The only answer that holds the token itself. */
export const createdJoinToken = joinToken.extend({
  token: z.string(),
  /** what to type on the new machine */
  command: z.string(),
});
export type CreatedJoinToken = z.infer<typeof createdJoinToken>;
