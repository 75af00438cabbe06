import { z } from 'zod';
import { bytes, pagingQuery, reason, timestamp } from './common.js';
import { mediaFacts } from './history.js';

export const JOB_STATES = [
  'pending',
  'queued',
  'claimed',
  'running',
  'delivering',
  'in_review',
  'replacing',
  'completed',
  'skipped',
  'failed',
  'failed_permanent',
  'cancelled',
] as const;
export const jobState = z.enum(JOB_STATES);
export type JobState = z.infer<typeof jobState>;

/**
 * Every change of state that is allowed; all else is a bug or a late message and is refused.
 *
 * - `pending`: in SQLite, waiting for its turn (or for children, or for a retry's pause to end)
 * - `queued`: its `{ jobId, attempt }` lies in a node's Bull lane
 * - `claimed`, `running`, `delivering`: a node holds the lease
 * - `in_review`: a good output is there, and a person says whether it may take its source's place
 * - `replacing`: the server alone works on it
 * - `failed`: this attempt ended badly, another follows
 *
 * From `pending` and `queued` straight to `delivering` goes work that was finished after its lease had run out
 * and that nobody else had begun.
 */
export const JOB_TRANSITIONS: Readonly<Record<JobState, readonly JobState[]>> = {
  pending: ['queued', 'delivering', 'cancelled', 'skipped', 'failed_permanent'],
  queued: ['pending', 'claimed', 'delivering', 'cancelled', 'skipped'],
  claimed: ['running', 'pending', 'failed', 'failed_permanent', 'skipped', 'cancelled'],
  running: ['delivering', 'pending', 'failed', 'failed_permanent', 'skipped', 'cancelled'],
  delivering: ['replacing', 'in_review', 'pending', 'failed', 'failed_permanent', 'skipped', 'cancelled'],
  in_review: ['delivering', 'pending', 'skipped', 'failed', 'failed_permanent', 'cancelled'],
  replacing: ['completed', 'skipped', 'failed', 'failed_permanent', 'pending'],
  completed: ['pending'],
  skipped: ['pending'],
  failed: ['pending', 'failed_permanent', 'cancelled'],
  failed_permanent: ['pending'],
  cancelled: ['pending'],
};

export function canTransition(from: JobState, to: JobState): boolean {
  return JOB_TRANSITIONS[from].includes(to);
}

/** States from which a job does not move unless someone runs it again. */
export const FINAL_JOB_STATES = [
  'completed',
  'skipped',
  'failed_permanent',
  'cancelled',
] as const satisfies readonly JobState[];

/** States in which a node may hold a lease. */
export const LEASED_JOB_STATES = ['claimed', 'running', 'delivering'] as const satisfies readonly JobState[];

export function isFinal(state: JobState): boolean {
  return (FINAL_JOB_STATES as readonly JobState[]).includes(state);
}

/** The Bull queues of a node: one a lane. Large files go to the -large lanes so that they cannot starve small ones. */
export const LANES = ['cpu', 'gpu', 'cpu-large', 'gpu-large'] as const;
export const lane = z.enum(LANES);
export type Lane = z.infer<typeof lane>;

/** How a pipeline ends: its output takes a library file's place, or new files are published beside the library's. */
export const ending = z.enum(['replace', 'publish', 'none']);
export type Ending = z.infer<typeof ending>;

export const stepState = z.enum(['pending', 'running', 'completed', 'failed']);
export type StepState = z.infer<typeof stepState>;

/** Where a running step stands. All rates are those of the tool at work. */
export const jobProgress = z.object({
  /** name of the step at work */
  step: z.string(),
  stepIndex: z.number().int().nonnegative(),
  stepCount: z.number().int().positive(),
  /** of this step, 0 to 100; null while it cannot be told */
  percent: z.number().min(0).max(100).nullable(),
  /** frames a second */
  fps: z.number().nonnegative().nullable(),
  /** times real time */
  speed: z.number().nonnegative().nullable(),
  /** seconds to the end of this step */
  etaSeconds: z.number().nonnegative().nullable(),
  /** bytes that the whole output will have if it goes on like this */
  projectedBytes: bytes.nullable(),
});
export type JobProgress = z.infer<typeof jobProgress>;

export const jobStep = z.object({
  index: z.number().int(),
  name: z.string(),
  state: stepState,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
});
export type JobStep = z.infer<typeof jobStep>;

export const jobAttempt = z.object({
  number: z.number().int(),
  nodeId: z.number().int().nullable(),
  nodeName: z.string().nullable(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  outcome: z.string().nullable(),
  error: reason.nullable(),
});
export type JobAttempt = z.infer<typeof jobAttempt>;

export const job = z.object({
  id: z.number().int(),
  parentId: z.number().int().nullable(),
  pipeline: z.string(),
  state: jobState,
  lane,
  libraryId: z.number().int().nullable(),
  libraryName: z.string().nullable(),
  fileId: z.number().int().nullable(),
  /** what a list shows: the first input's path inside its library, or a name that the creator gave */
  title: z.string(),
  nodeId: z.number().int().nullable(),
  nodeName: z.string().nullable(),
  attempt: z.number().int(),
  maxAttempts: z.number().int(),
  /** bytes of all inputs */
  size: bytes,
  /** bytes that the plan expects to save */
  expectedSaving: z.number().int().nullable(),
  /** higher goes first; 0 unless somebody moved it */
  front: z.number().int(),
  openChildren: z.number().int(),
  reason: reason.nullable(),
  progress: jobProgress.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  /** when it may begin; null: at once */
  notBefore: timestamp.nullable(),
  /** since when it has been put off again and again for `reason`, such as a full disk; null: it is not put off */
  deferredSince: timestamp.nullable(),
});
export type Job = z.infer<typeof job>;

export const jobDetail = job.extend({
  steps: z.array(jobStep),
  attempts: z.array(jobAttempt),
  children: z.array(
    z.object({ id: z.number().int(), pipeline: z.string(), state: jobState, title: z.string() }),
  ),
});
export type JobDetail = z.infer<typeof jobDetail>;

export const jobListQuery = pagingQuery.extend({
  sortKey: z.enum(['priority', 'updatedAt', 'createdAt', 'size']).default('priority'),
  /** several, separated by commas */
  state: z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined || text === '') return undefined;
      const result = z.array(jobState).safeParse(text.split(','));
      if (result.success) return result.data;
      context.addIssue({ code: 'custom', message: `allowed are: ${JOB_STATES.join(', ')}` });
      return z.NEVER;
    }),
  libraryId: idFilter(),
});
export type JobListQuery = z.infer<typeof jobListQuery>;

function idFilter() {
  return z.coerce.number().int().positive().optional();
}

/** How much of a job's log is wanted. */
export const jobLogQuery = z.object({
  /** bytes at its end, from a line's start on; all of it unless given */
  tail: z.coerce.number().int().min(1).max(1_000_000).optional(),
});
export type JobLogQuery = z.infer<typeof jobLogQuery>;

export const rerunRequest = z.object({
  /** a step by name or index; none: from the beginning */
  fromStep: z.union([z.string().min(1), z.number().int().nonnegative()]).optional(),
});
export type RerunRequest = z.infer<typeof rerunRequest>;

/** For `POST /jobs`: one file of a library is to be looked at and decided on now. */
export const addJobRequest = z.strictObject({
  /** absolute, as the server sees it */
  path: z
    .string()
    .min(1)
    .max(8192)
    .refine((text) => !text.includes('\0'), 'must not contain a NUL character'),
  /** also a file that has failed, that was put back from the trash, or that is so young that it may still be written to */
  force: z.boolean().default(false),
});
export type AddJobRequest = z.infer<typeof addJobRequest>;

/** What became of it: a job, or the reason why there is none. */
export const addJobResponse = z.object({
  job: job.nullable(),
  /** false: the job was there before */
  added: z.boolean(),
  /** null: there is a job */
  reason: reason.nullable(),
  /** null: the library passes the file over */
  fileId: z.number().int().nullable(),
});
export type AddJobResponse = z.infer<typeof addJobResponse>;

/** An output that waits for a person, beside its source. */
export const review = z.object({
  job,
  source: mediaFacts,
  output: mediaFacts,
  /** bytes that replacing would save */
  saving: z.number().int(),
  /** where the source lies; absolute */
  sourcePath: z.string(),
  /** name that the file would have afterwards; absolute */
  finalPath: z.string(),
  /** since when it waits */
  since: timestamp,
});
export type Review = z.infer<typeof review>;

/** For `POST /jobs/:id/reject`; the file is then left alone until its profile changes or it is queued by hand. */
export const rejectRequest = z.strictObject({ reason: z.string().trim().max(500).optional() });
export type RejectRequest = z.infer<typeof rejectRequest>;

const reviewedIds = z.array(z.number().int().positive()).min(1).max(500);

/** For `POST /jobs/approve`. */
export const approveManyRequest = z.strictObject({ ids: reviewedIds });
export type ApproveManyRequest = z.infer<typeof approveManyRequest>;

/** For `POST /jobs/reject`. */
export const rejectManyRequest = rejectRequest.extend({ ids: reviewedIds });
export type RejectManyRequest = z.infer<typeof rejectManyRequest>;

/** What became of each, in the order asked; one that could not be done keeps none of the others from it. */
export const reviewManyResponse = z.object({
  results: z.array(
    z.object({
      id: z.number().int(),
      done: z.boolean(),
      /** the state that it has now; null: there is no such job */
      state: jobState.nullable(),
      /** why it was not done; null: it was */
      message: z.string().nullable(),
    }),
  ),
});
export type ReviewManyResponse = z.infer<typeof reviewManyResponse>;

/** For `GET /jobs/:id/review/still`, which answers with a JPEG at most 1280 pixels wide. */
export const stillQuery = z.object({
  of: z.enum(['source', 'output']),
  /** seconds from the beginning */
  at: z.coerce.number().nonnegative().max(1_000_000).default(0),
});
export type StillQuery = z.infer<typeof stillQuery>;
