import { lstat } from 'node:fs/promises';
import { isClaimedFile } from '../../pipeline/same-file.js';
import { SkipJob, type JobContext } from '../../pipeline/step.js';
import { sourceOf } from './params.js';

/** The source is there, and still the one that was decided on. */
export async function checkSource(context: JobContext): Promise<{ stagedAt: number }> {
  const source = sourceOf(context);
  const status = await lstat(source.localPath, { bigint: true });
  // A copy was compared with its source when it was made.
  const claimed =
    source.copy === true
      ? status.isFile() && Number(status.size) === source.size
      : isClaimedFile(source, status);
  if (!claimed) {
    throw new SkipJob({
      code: 'source_changed',
      message:
        'the file has changed since it was decided on; it was left alone, and the next scan looks at it anew',
    });
  }
  return { stagedAt: Date.now() };
}
