import { lstat } from 'node:fs/promises';
import { defineStep, done, SkipJob } from '../../pipeline/step.js';
import { added, sourceOf } from './fields.js';

/** The source is there, and still the one that was decided on. */
export const stage = defineStep({
  name: 'stage',
  slot: false,
  adds: added.stage,
  run: async (context) => {
    const source = sourceOf(context);
    const status = await lstat(source.localPath, { bigint: true });
    if (
      !status.isFile() ||
      Number(status.size) !== source.size ||
      String(status.mtimeNs) !== source.mtimeNs
    ) {
      throw new SkipJob({
        code: 'source_changed',
        message:
          'the file has changed since it was decided on; it was left alone, and the next scan looks at it anew',
      });
    }
    return done({ stagedAt: Date.now() });
  },
});
