import { z } from 'zod';
import { bytes, nanoseconds, reason } from './common.js';
import { ending, jobProgress, jobState, lane } from './job.js';
import { capabilities, nodeActivity, nodeSettings, nodeUsage, pathMapping, restReason } from './node.js';

/** Raised when an older agent could no longer work with a newer server, or the other way round. */
export const PROTOCOL_VERSION = 3;

/**
 * The header that carries it on every request of an agent, so that a server that has been brought to another version
 * meanwhile says so, and does not misunderstand.
 */
export const PROTOCOL_HEADER = 'x-boilarr-protocol';

/** What a join token looks like; a node's own token is 64 hexadecimal digits. */
export const JOIN_TOKEN = /^join_[0-9a-f]{48}$/;
export const NODE_TOKEN = /^[0-9a-f]{64}$/;

/**
 * The first request of a new node, with the join token as its bearer. The node makes its own token, keeps it, and then
 * sends it here, so that a request whose answer was lost can be sent again.
 */
export const joinRequest = z.object({
  protocol: z.number().int(),
  version: z.string().max(100),
  name: z.string().trim().min(1).max(60),
  /** secret */
  nodeToken: z.string().regex(NODE_TOKEN),
});
export type JoinRequest = z.infer<typeof joinRequest>;

/** The name may differ from the one that was asked for, when another node has that. */
export const joinResponse = z.object({ nodeId: z.number().int(), name: z.string() });
export type JoinResponse = z.infer<typeof joinResponse>;

export const registerRequest = z.object({
  protocol: z.number().int(),
  version: z.string().max(100),
  capabilities,
  /** jobs that have a folder in the node's work folder */
  workJobIds: z.array(z.number().int()).max(100_000),
  /** from the node's own configuration; taken where the server has none for this node */
  pathMappings: z.array(pathMapping).max(100),
});
export type RegisterRequest = z.infer<typeof registerRequest>;

/** Where a node's queues are, and as whom it asks there. */
export const redisAccess = z.object({
  tls: z.boolean(),
  /** null: on the machine of the server, under the name by which the node reaches that */
  host: z.string().nullable(),
  port: z.number().int(),
  db: z.number().int().nonnegative(),
  /** null: Redis's default user */
  username: z.string().nullable(),
  /** secret; new at each registration where the node has a user of its own */
  password: z.string().nullable(),
});
export type RedisAccess = z.infer<typeof redisAccess>;

export const registerResponse = z.object({
  nodeId: z.number().int(),
  redis: redisAccess,
  /** one a lane, also of lanes that it takes nothing from just now */
  queues: z.array(z.object({ lane, name: z.string() })),
  settings: nodeSettings,
  activity: nodeActivity,
  heartbeatSeconds: z.number().positive(),
  /** of `workJobIds`, those that may still be wanted; the other folders can go */
  keepJobIds: z.array(z.number().int()),
  /**
   * a file that the server has put into its own work folder: a node that finds the same content under this name in its
   * own work folder shares it, and need not send its outputs. `folder` is where the server finds that, for the paths of
   * what it is told of.
   */
  workProbe: z.object({ name: z.string(), content: z.string(), folder: z.string() }),
});
export type RegisterResponse = z.infer<typeof registerResponse>;

/** One file in each library, written by the server: who can read it can read the library. */
export const reachProbes = z.object({
  probes: z.array(
    z.object({
      libraryId: z.number().int(),
      /** the library's folder, as the server sees it */
      root: z.string(),
      /** the probe's path below it, with `/` */
      file: z.string(),
      /**
       * what shows that it was read: its `text`, or of a film, where nothing can be written, its `head` (SHA-256 in
       * hexadecimal digits over its size in decimal digits, a line feed, and its first 64 KiB)
       */
      shows: z.enum(['text', 'head']),
    }),
  ),
});
export type ReachProbes = z.infer<typeof reachProbes>;

/** What the node found at its own path of each probe. */
export const reachReport = z.object({
  results: z
    .array(
      z.object({
        libraryId: z.number().int(),
        /** where it looked */
        nodePath: z.string().max(8192),
        mapped: z.boolean(),
        /** its text, or the hash of its head; null: it could not be read */
        content: z.string().max(200).nullable(),
        error: z.string().max(1000).nullable(),
      }),
    )
    .max(10_000),
});
export type ReachReport = z.infer<typeof reachReport>;

/** Asked by a node now and then, so that its disk does not fill with what an earlier attempt has left. */
export const workFoldersRequest = registerRequest.pick({ workJobIds: true });
export type WorkFoldersRequest = z.infer<typeof workFoldersRequest>;
export const workFoldersResponse = registerResponse.pick({ keepJobIds: true });
export type WorkFoldersResponse = z.infer<typeof workFoldersResponse>;

/** What lies in a Bull queue, and all that does. */
export const queuedJob = z.object({ jobId: z.number().int(), attempt: z.number().int() });
export type QueuedJob = z.infer<typeof queuedJob>;

/** A Bull job's id: the same attempt put back after a wiped Redis is another dispatch, not a duplicate. */
export function bullJobId(jobId: number, attempt: number, epoch: number): string {
  return `job-${jobId}-${attempt}-${epoch}`;
}

export const claimRequest = z.object({ attempt: z.number().int() });
export type ClaimRequest = z.infer<typeof claimRequest>;

export const jobInput = z.object({
  /** the pipeline's name for it, such as `source` */
  name: z.string(),
  /** absolute, as the server sees it */
  path: z.string(),
  size: bytes,
  mtimeNs: nanoseconds,
});
export type JobInput = z.infer<typeof jobInput>;

/** The fields that each completed step added, in order: what a resumed job starts from. */
export const checkpoint = z.array(z.object({ step: z.string(), fields: z.record(z.string(), z.unknown()) }));
export type Checkpoint = z.infer<typeof checkpoint>;

/** What a granted claim says: all that a node needs to do the job. */
export const assignment = z.object({
  jobId: z.number().int(),
  attempt: z.number().int(),
  /** secret of this lease; part of the name of every file that the attempt stages */
  leaseToken: z.string(),
  leaseSeconds: z.number().positive(),
  pipeline: z.string(),
  /** the lane that it was handed out on: in a cpu lane nothing is encoded by hardware */
  lane,
  ending,
  title: z.string(),
  params: z.record(z.string(), z.unknown()),
  inputs: z.array(jobInput),
  /** how this node gets at the inputs */
  reach: z.enum(['path', 'transfer']),
  checkpoint,
  /** results of child jobs, once all have completed */
  children: z.array(
    z.object({ jobId: z.number().int(), key: z.string(), result: z.record(z.string(), z.unknown()) }),
  ),
});
export type Assignment = z.infer<typeof assignment>;

export const stepReport = z.object({
  index: z.number().int().nonnegative(),
  name: z.string(),
  state: z.enum(['running', 'completed', 'failed']),
  /** what the step added to the job's context; only with `completed` */
  fields: z.record(z.string(), z.unknown()).optional(),
  /** ms since the epoch, the node's clock */
  at: z.number(),
});
export type StepReport = z.infer<typeof stepReport>;

/** A child job that a step asks for. Children of one step are told apart by `key`. */
export const childSpec = z.object({
  key: z.string().min(1).max(100),
  pipeline: z.string(),
  title: z.string(),
  lane: lane.optional(),
  params: z.record(z.string(), z.unknown()),
  inputs: z.array(jobInput),
});
export type ChildSpec = z.infer<typeof childSpec>;

export const childrenRequest = z.object({ children: z.array(childSpec).min(1).max(10_000) });
export type ChildrenRequest = z.infer<typeof childrenRequest>;

/** One file that a job hands over. */
export const deliveredFile = z.object({
  name: z.string(),
  /** absolute path in a staging folder that node and server share */
  stagedPath: z.string(),
  size: bytes,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** without the dot; a replaced file takes it */
  extension: z.string(),
  /** with a publish ending: path below the target folder, with `/` */
  publishAs: z.string().optional(),
});
export type DeliveredFile = z.infer<typeof deliveredFile>;

export const deliverRequest = z.object({
  outputs: z.array(deliveredFile),
  /** what a parent's next step, or the history, wants to know of this job */
  result: z.record(z.string(), z.unknown()),
});
export type DeliverRequest = z.infer<typeof deliverRequest>;

export const failRequest = z.object({
  error: reason,
  /** false: it cannot get better by itself */
  retryable: z.boolean(),
});
export type FailRequest = z.infer<typeof failRequest>;

export const skipRequest = z.object({ reason });
export type SkipRequest = z.infer<typeof skipRequest>;

/** What has happened in a job since its last report. */
export const jobReport = z.object({
  /** in the order in which it happened */
  steps: z.array(stepReport).max(1000),
  /** lines for the job's log, kept by the server; '' for none */
  log: z.string().max(1_000_000),
});
export type JobReport = z.infer<typeof jobReport>;

export const heartbeatRequest = z.object({
  leases: z
    .array(
      z.object({
        jobId: z.number().int(),
        leaseToken: z.string(),
        progress: jobProgress.nullable(),
        /** it is to stand still just now: it waits for a slot, or rests with its node; older agents do not say */
        waits: z.boolean().optional(),
      }),
    )
    .max(10_000),
  busySlots: z.number().int().nonnegative(),
  usage: nodeUsage.nullable(),
  /** why it rests; null: it works */
  resting: restReason.nullable(),
});
export type HeartbeatRequest = z.infer<typeof heartbeatRequest>;

/** What a node is asked to do once: find out anew what its tools can do, or which libraries it can read. */
export const nodeWish = z.enum(['capabilities', 'reach']);
export type NodeWish = z.infer<typeof nodeWish>;

export const heartbeatResponse = z.object({
  settings: nodeSettings,
  activity: nodeActivity,
  wishes: z.array(nodeWish),
  /** leases that the server no longer honours: stop the work */
  revoked: z.array(z.object({ jobId: z.number().int(), state: jobState })),
});
export type HeartbeatResponse = z.infer<typeof heartbeatResponse>;

/** The answer to the wish for `capabilities`. */
export const capabilitiesReport = z.object({ capabilities });
export type CapabilitiesReport = z.infer<typeof capabilitiesReport>;

/** Bytes of one piece of a file that travels: each is hashed by who sends it and by who gets it. */
export const TRANSFER_CHUNK = 8 * 1024 * 1024;

/**
 * How long the piece at a place is; none goes across a multiple of TRANSFER_CHUNK, so that `resumeAt` finds where the last began.
 * @param largest bytes that it may have
 */
export function pieceAt(offset: number, size: number, largest = TRANSFER_CHUNK): number {
  return Math.min(largest, TRANSFER_CHUNK - (offset % TRANSFER_CHUNK), size - offset);
}

/** Where a file goes on that was cut off: the piece that was begun last may be torn, whatever its length says. */
export function resumeAt(have: number): number {
  return Math.max(0, Math.ceil(have / TRANSFER_CHUNK) - 1) * TRANSFER_CHUNK;
}

/** The header that carries the SHA-256 of a piece, in hexadecimal digits. */
export const CHUNK_HASH_HEADER = 'x-boilarr-sha256';

/** How pieces are refused; all else is as everywhere: 409 for a lease that has gone to another, 5xx to try again. */
export const TRANSFER_STATUS = {
  /** the source is no longer what was claimed */
  sourceChanged: 412,
  /** the server cannot read the source just now */
  sourceAway: 424,
  /** larger than any output of this job should become */
  tooLarge: 413,
  /** it did not arrive as it was sent */
  damaged: 422,
  /** the server's disk is full */
  noRoom: 507,
} as const;

/** Which output is asked after: what an earlier attempt has sent of the same one need not be sent again. */
export const uploadQuery = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type UploadQuery = z.infer<typeof uploadQuery>;

/** How much of an output the server has; where sending goes on. */
export const uploadStatus = z.object({ received: bytes });
export type UploadStatus = z.infer<typeof uploadStatus>;

/** Sent after the last piece of an output. */
export const uploadEnd = z.object({ size: bytes, sha256: uploadQuery.shape.sha256 });
export type UploadEnd = z.infer<typeof uploadEnd>;

/** Where the server has put the output: the `stagedPath` of its delivery. */
export const uploadedFile = z.object({ stagedPath: z.string() });
export type UploadedFile = z.infer<typeof uploadedFile>;

/** The header that carries a lease's token on routes of one job. */
export const LEASE_HEADER = 'x-boilarr-lease';
