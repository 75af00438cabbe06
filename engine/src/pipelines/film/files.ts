import { stat } from 'node:fs/promises';
import type { JobContext } from '../../pipeline/step.js';
import type { ProducedFile } from './stored.js';

/** Makes a file of the job's work folder by a tool. */
export async function produceFile(
  context: JobContext,
  name: string,
  write: (partialPath: string) => Promise<void>,
): Promise<ProducedFile> {
  const path = await context.produce(name, write);
  return { path, size: (await stat(path)).size };
}

/** Whether a file that an earlier attempt made is still there, whole. */
export async function isStillThere(file: ProducedFile): Promise<boolean> {
  return stat(file.path).then(
    (status) => status.isFile() && status.size === file.size,
    () => false,
  );
}
