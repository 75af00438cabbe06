import { statfs } from 'node:fs/promises';
import { NO_SPACE_WORK } from '../../pipeline/failure.js';
import { StepFailure } from '../../pipeline/step.js';

/** Bytes that a disk has left when it is as good as full. */
const FULL = 1024 * 1024;

/** For what is written by programs that do not notice a full disk, and say at the end that all is well: x265, `dovi_tool convert`. */
export async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < FULL;
}

/** @param doing what was being written, such as `x265 writes the new picture` */
export function diskFull(folder: string, doing: string): StepFailure {
  const message = `the disk of ${folder} is full while ${doing}; what earlier steps made is kept, and it goes on when there is room`;
  return new StepFailure({ code: NO_SPACE_WORK, message }, true);
}
