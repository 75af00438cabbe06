import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workFoldersResponse } from '#contracts';
import type { Scratch } from '../scratch/scratch.js';
import type { ServerClient } from './server-client.js';

/** ms between looks at the work folder: what an attempt leaves for the next one is seldom, and not large for long */
const TIDY_EVERY_MS = 15 * 60_000;

/** The name of a job's folder in the work folder. */
export function jobFolderName(jobId: number): string {
  return `job-${jobId}`;
}

/** The folders that hold one folder a job. */
export function jobRoots(node: { workFolder: string; scratch: { folder: string } | null }): string[] {
  return node.scratch === null ? [node.workFolder] : [node.workFolder, node.scratch.folder];
}

/** @returns ids of the jobs that have a folder in any of them */
export async function jobFolders(roots: readonly string[]): Promise<number[]> {
  const names = await Promise.all(roots.map((root) => readdir(root).catch(() => [])));
  const ids = names.flat().flatMap((name) => {
    const match = /^job-(\d+)$/.exec(name);
    return match?.[1] === undefined ? [] : [Number(match[1])];
  });
  return [...new Set(ids)];
}

/** @param isActive whether this node is at work on a job; asked at the last moment */
export async function removeJobFolders(
  roots: readonly string[],
  jobIds: readonly number[],
  isActive: (jobId: number) => boolean,
): Promise<void> {
  for (const jobId of jobIds)
    for (const root of roots)
      if (!isActive(jobId)) await rm(path.join(root, jobFolderName(jobId)), { recursive: true, force: true });
}

/** Removes the folders of jobs that have ended elsewhere, and what nobody needs in scratch, now and then, until the signal aborts. */
export async function tidyWorkFolders(options: {
  client: ServerClient;
  workFolder: string;
  scratch: Pick<Scratch, 'folder' | 'tidy'> | null;
  isActive: (jobId: number) => boolean;
  signal: AbortSignal;
  /** ms */
  everyMs?: number;
}): Promise<void> {
  const { client, scratch, isActive, signal } = options;
  const folders = jobRoots(options);
  for (;;) {
    await sleep(options.everyMs ?? TIDY_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    await scratch?.tidy(isActive);
    const workJobIds = (await jobFolders(folders)).filter((jobId) => !isActive(jobId));
    if (workJobIds.length === 0) continue;
    // An absent server is asked the next time.
    const answer = await client.post('work-folders', { workJobIds }, workFoldersResponse).catch(() => null);
    if (answer === null) continue;
    const keep = new Set(answer.keepJobIds);
    await removeJobFolders(
      folders,
      workJobIds.filter((jobId) => !keep.has(jobId)),
      isActive,
    );
  }
}
