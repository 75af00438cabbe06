import { ConflictException } from '@nestjs/common';
import type { Reason } from '#contracts';
import type { NodeEntity } from '../nodes/node.entity.js';
import type { JobEntity } from './job.entity.js';

/** @returns why the job must not begin now, or null; see `ClaimGuard` */
export type ClaimVerdict = { kind: 'defer' | 'skip'; reason: Reason } | null;

/**
 * Looks at a job just before a node begins with it. Called outside of any transaction; what it throws is logged and the
 * job begins all the same, since the replacement looks again. With `deliver`, what it was put off with is still here, and
 * nothing has to be made anew.
 */
export type ClaimGuard = (job: JobEntity) => Promise<ClaimVerdict | { kind: 'deliver' }>;

/** @throws ConflictException when the job does not lie in this node's queue for this attempt */
export function assertClaimable(
  row: JobEntity | null,
  node: NodeEntity,
  jobId: number,
  attempt: number,
): asserts row is JobEntity {
  if (row?.state === 'queued' && row.nodeId === node.id && row.attempt + 1 === attempt) return;
  throw new ConflictException(`job ${jobId}, attempt ${attempt}, is not for node ${node.name} to take`);
}
