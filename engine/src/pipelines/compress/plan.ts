import { statfs } from 'node:fs/promises';
import { decide } from '../../plan/decide.js';
import { NO_SPACE_WORK } from '../../pipeline/failure.js';
import { defineStep, done, SkipJob, StepFailure } from '../../pipeline/step.js';
import { added, fileFactsOf, need, paramsOf } from './fields.js';

/** Bytes beyond what the files themselves need. */
const RESERVE = 64 * 1024 * 1024;

/** Decides on what the node itself has read, and makes sure that there is room for the work. */
export const plan = defineStep({
  name: 'plan',
  slot: false,
  adds: added.plan,
  run: async (context) => {
    const decision = decide(need(context, 'info'), paramsOf(context).profile, fileFactsOf(context));
    if (decision.verdict === 'skip') throw new SkipJob(decision.reason);
    context.log.info(decision.reason.message);
    for (const stream of decision.plan.streams) {
      context.log.info(`stream ${stream.index}: ${stream.action}: ${stream.reason.message}`);
    }
    // The streams on their own, and the file that they are put together in.
    const needed = 2 * decision.plan.sizeLimit + RESERVE;
    const { bavail, bsize } = await statfs(context.workFolder);
    context.log.info(`disk space: ${bavail * bsize} bytes free, at most ${needed} needed`);
    if (bavail * bsize < needed) {
      const message = `the work folder ${context.workFolder} has ${bavail * bsize} bytes free, and ${needed} may be needed; nothing was begun, and it is tried again when there is room`;
      throw new StepFailure({ code: NO_SPACE_WORK, message }, true);
    }
    return done({ plan: decision.plan });
  },
});
