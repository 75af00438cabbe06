import { statfs } from 'node:fs/promises';
import { NO_SPACE_WORK } from '../../pipeline/failure.js';
import { StepFailure, type JobContext } from '../../pipeline/step.js';

/** Bytes beyond what the files themselves need. */
const RESERVE = 64 * 1024 * 1024;

/**
 * Makes sure that there is room for the work before any of it is done.
 * @param bytes that the job's files may have in its work folder, all together
 * @throws StepFailure that puts the job off
 */
export async function requireRoom(context: JobContext, bytes: number): Promise<void> {
  const needed = Math.ceil(bytes) + RESERVE;
  const { bavail, bsize } = await statfs(context.workFolder);
  context.log.info(`disk space: ${bavail * bsize} bytes free, at most ${needed} needed`);
  if (bavail * bsize >= needed) return;
  const message = `the work folder ${context.workFolder} has ${bavail * bsize} bytes free, and ${needed} may be needed; nothing was begun, and it is tried again when there is room`;
  throw new StepFailure({ code: NO_SPACE_WORK, message }, true);
}
