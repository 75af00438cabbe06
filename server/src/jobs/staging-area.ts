import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { DeliverRequest } from '#contracts';

/** Where what a job's node makes or sends is staged: the name that nodes give it as well. */
export function jobFolderOf(workFolder: string, jobId: number): string {
  return path.join(workFolder, `job-${jobId}`);
}

/**
 * Makes sure that all files of a delivery lie in the job's own folder, which its node works in or sends to. The server
 * moves what it is pointed at and removes what is left of it; a node must not be able to point it at anything else.
 * @param workFolder absolute
 * @throws Error naming the file that lies elsewhere, or that is not there
 */
export async function assertStaged(
  delivery: DeliverRequest,
  workFolder: string,
  jobId: number,
): Promise<void> {
  // A job without outputs needs no folder.
  if (delivery.outputs.length === 0) return;
  const area = jobFolderOf(await realpath(workFolder), jobId);
  for (const { name, stagedPath } of delivery.outputs) {
    const real = path.isAbsolute(stagedPath) ? await realpath(stagedPath) : stagedPath;
    if (!real.startsWith(area + path.sep)) {
      throw new Error(`the output ${name} does not lie in the job's staging folder; nothing was taken over`);
    }
  }
}
