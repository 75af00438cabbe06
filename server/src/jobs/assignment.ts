import type { Assignment } from '#contracts';
import type { EntityManager } from 'typeorm';
import type { NodeEntity } from '../nodes/node.entity.js';
import { JobStepEntity } from './job-step.entity.js';
import { JobEntity } from './job.entity.js';
import { LEASE_SECONDS } from './lease-terms.js';

/**
 * How a node gets at a job's sources. One that was never asked about a library has the server's own paths, as the
 * built-in node does.
 */
function reachOf(node: Pick<NodeEntity, 'builtIn' | 'reach'>, libraryId: number | null): Assignment['reach'] {
  if (node.builtIn) return 'path';
  return node.reach.find((entry) => entry.libraryId === libraryId)?.way === 'transfer' ? 'transfer' : 'path';
}

/** All that a node needs for an attempt: the job, what its children came to, and the steps that need not be done again. */
export async function readAssignment(
  manager: EntityManager,
  node: NodeEntity,
  job: JobEntity,
  leaseToken: string,
): Promise<Assignment> {
  const steps = await manager.find(JobStepEntity, { where: { jobId: job.id }, order: { index: 'ASC' } });
  const children = await manager.find(JobEntity, { where: { parentId: job.id, state: 'completed' } });
  const firstOpen = steps.findIndex((step, index) => step.index !== index || step.state !== 'completed');
  const completed = firstOpen < 0 ? steps : steps.slice(0, firstOpen);
  return {
    jobId: job.id,
    attempt: job.attempt,
    leaseToken,
    leaseSeconds: LEASE_SECONDS,
    pipeline: job.pipeline,
    lane: job.lane,
    ending: job.ending,
    title: job.title,
    params: job.params,
    inputs: job.inputs,
    reach: reachOf(node, job.libraryId),
    checkpoint: completed.map((step) => ({ step: step.name, fields: step.fields ?? {} })),
    children: children.map((child) => ({
      jobId: child.id,
      key: child.childKey ?? '',
      result: (child.delivery?.['result'] as Record<string, unknown> | undefined) ?? {},
    })),
  };
}
