import { z } from 'zod';
import { bytes, nanoseconds, reason } from './common.js';
import { ending, jobProgress, jobState, lane } from './job.js';
import { capabilities, nodeSettings } from './node.js';

/** Raised when an older agent could no longer work with a newer server, or the other way round. */
export const PROTOCOL_VERSION = 1;

export const registerRequest = z.object({
  protocol: z.number().int(),
  version: z.string(),
  capabilities,
  /** jobs that have a folder in the node's work folder */
  workJobIds: z.array(z.number().int()).max(100_000),
});
export type RegisterRequest = z.infer<typeof registerRequest>;

export const registerResponse = z.object({
  nodeId: z.number().int(),
  /** where the node's Bull queues are; holds a credential */
  redisUrl: z.string(),
  queues: z.array(z.object({ lane, name: z.string() })),
  settings: nodeSettings,
  heartbeatSeconds: z.number().positive(),
  /** of `workJobIds`, those that may still be wanted; the other folders can go */
  keepJobIds: z.array(z.number().int()),
});
export type RegisterResponse = z.infer<typeof registerResponse>;

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
  ending,
  title: z.string(),
  params: z.record(z.string(), z.unknown()),
  inputs: z.array(jobInput),
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

/** Lines for the job's log, kept by the server. */
export const logRequest = z.object({ text: z.string().max(1_000_000) });
export type LogRequest = z.infer<typeof logRequest>;

export const heartbeatRequest = z.object({
  leases: z.array(
    z.object({ jobId: z.number().int(), leaseToken: z.string(), progress: jobProgress.nullable() }),
  ),
  busySlots: z.number().int().nonnegative(),
});
export type HeartbeatRequest = z.infer<typeof heartbeatRequest>;

export const heartbeatResponse = z.object({
  settings: nodeSettings,
  /** leases that the server no longer honours: stop the work, throw its files away */
  revoked: z.array(z.object({ jobId: z.number().int(), state: jobState })),
});
export type HeartbeatResponse = z.infer<typeof heartbeatResponse>;

/** The header that carries a lease's token on routes of one job. */
export const LEASE_HEADER = 'x-boilarr-lease';
