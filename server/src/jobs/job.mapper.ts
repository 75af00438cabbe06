import type { Job, JobProgress, Reason } from '#contracts';
import type { JobEntity } from './job.entity.js';

export interface JobNames {
  libraries: ReadonlyMap<number, string>;
  nodes: ReadonlyMap<number, string>;
}

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

export function toReason(code: string | null, message: string | null): Reason | null {
  return code === null ? null : { code, message: message ?? code };
}

/** @param unclaimed why no node takes jobs of its kind just now */
export function toJob(
  row: JobEntity,
  names: JobNames,
  progress: JobProgress | null,
  unclaimed: Reason | null,
): Job {
  // What puts a job off is its own; else what keeps all of its kind waiting is what a person wants to know.
  const waits = row.state === 'pending' && row.openChildren === 0 && row.notBefore === null;
  const own = toReason(row.reasonCode, row.reasonMessage);
  return {
    id: row.id,
    parentId: row.parentId,
    pipeline: row.pipeline,
    state: row.state,
    lane: row.lane,
    libraryId: row.libraryId,
    libraryName: row.libraryId === null ? null : (names.libraries.get(row.libraryId) ?? null),
    fileId: row.fileId,
    title: row.title,
    nodeId: row.nodeId,
    nodeName: row.nodeId === null ? null : (names.nodes.get(row.nodeId) ?? null),
    attempt: row.attempt,
    maxAttempts: row.maxAttempts,
    size: row.size,
    expectedSaving: row.expectedSaving,
    front: row.front,
    openChildren: row.openChildren,
    reason: waits && unclaimed !== null ? { code: unclaimed.code, message: unclaimed.message } : own,
    progress,
    createdAt: toIso(row.createdAt),
    updatedAt: toIso(row.updatedAt),
    notBefore: row.notBefore === null ? null : toIso(row.notBefore),
    deferredSince: row.deferredSince === null ? null : toIso(row.deferredSince),
  };
}
