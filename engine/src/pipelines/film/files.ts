import { stat } from 'node:fs/promises';
import type { JobContext } from '../../pipeline/step.js';
import type { ProducedFile } from './stored.js';

/**
 * Makes a file of the job's by a tool.
 * @param folder see JobContext.produce; none: the work folder
 */
export async function produceFile(
  context: JobContext,
  name: string,
  write: (partialPath: string) => Promise<void>,
  folder: string | null = null,
): Promise<ProducedFile> {
  const path = await context.produce(name, write, folder);
  return { path, size: (await stat(path)).size };
}

/** Whether a file that an earlier attempt made is still there, whole. */
export async function isStillThere(file: ProducedFile): Promise<boolean> {
  return stat(file.path).then(
    (status) => status.isFile() && status.size === file.size,
    () => false,
  );
}
