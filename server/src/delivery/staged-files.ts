import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { DeliverRequest } from '#contracts';

/** Removes what a node staged for a job, and the job's work folder once it is empty. Nothing of it is needed any more. */
export async function removeStaged(delivery: DeliverRequest): Promise<void> {
  const folders = new Set(delivery.outputs.map((output) => path.dirname(output.stagedPath)));
  for (const output of delivery.outputs) await rm(output.stagedPath, { force: true });
  // Not empty, or not ours to remove: the node tidies it when it next starts.
  for (const folder of folders) await rmdir(folder).catch(() => undefined);
}
