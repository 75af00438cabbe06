import type { Assignment, DeliverRequest } from '#contracts';
import type { JobLog, ResolvedInput, StepProgress } from '#engine/pipeline/step.js';

/** What of a job has to be known to get its files here and away. */
export interface TransferJob {
  assignment: Pick<Assignment, 'jobId' | 'leaseToken' | 'reach' | 'inputs'>;
  /** the job's own, in the node's work folder; it is there */
  folder: string;
  signal: AbortSignal;
  log: JobLog;
  progress(progress: Partial<StepProgress>): void;
  /** Told when it begins to wait for a turn or for room, which may take hours in which nothing moves, and when that is over. */
  waiting(on: boolean): void;
}

/** How a node reaches the sources of its jobs, and how what it makes reaches the server. */
export interface Transfer {
  /** whether the server sees this node's work folder, and fetches outputs from there */
  readonly sharesWork: boolean;
  /**
   * Waits until all sources can be read here.
   * @returns one a source, in their order
   * @throws SkipJob, StepFailure, GiveBack; the file system's error
   */
  resolve(job: TransferJob): Promise<ResolvedInput[]>;
  /**
   * Waits until the server has all outputs.
   * @returns the delivery, with paths as the server sees them
   * @throws StepFailure, GiveBack; the file system's error
   */
  handOver(job: TransferJob, delivery: DeliverRequest): Promise<DeliverRequest>;
}

/** Nothing is wrong with the job, but this node is not the one to do it just now. */
export class GiveBack extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GiveBack';
  }
}
