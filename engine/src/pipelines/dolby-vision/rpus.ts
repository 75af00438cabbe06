import path from 'node:path';
import type { JobContext } from '../../pipeline/step.js';
import { StepFailure } from '../../pipeline/step.js';
import { diskFull, isFull } from '../film/disk-full.js';
import { countRpus } from '../../tools/dolby-vision/count-rpus.js';
import type { ProducedFile } from '../film/stored.js';
import { needOwn, type RpuFile } from './fields.js';

/**
 * Counts what is in an RPU.bin, and holds it against the picture's frames. dovi_tool itself makes up for what is missing and drops
 * what is too much.
 * @param where the RPUs are, for the message
 * @throws StepFailure `rpu_count`, with both numbers
 */
export async function requireRpuForEachFrame(
  context: JobContext,
  file: ProducedFile,
  where: string,
): Promise<RpuFile> {
  const { frames } = needOwn(context, 'metadata');
  const count = await countRpus(file.path);
  context.log.info(`${where}: ${count} RPUs for ${frames} frames`);
  if (count === frames) return { ...file, count };
  const folder = path.dirname(file.path);
  if (await isFull(folder)) throw diskFull(folder, 'dovi_tool writes the metadata');
  throw wrongCount(count, frames, where);
}

export function wrongCount(count: number, frames: number, where: string): StepFailure {
  const message = `${where} has ${count} RPUs for ${frames} frames; each frame needs its own, so that the original stays as it is`;
  return new StepFailure({ code: 'rpu_count', message }, false);
}
