import { statfs } from 'node:fs/promises';
import { decide } from '../../plan/decide.js';
import { NO_SPACE_WORK } from '../../pipeline/failure.js';
import { SkipJob, StepFailure, type JobContext } from '../../pipeline/step.js';
import { fileFactsOf, paramsOf } from './params.js';
import { need, type FilmFields } from './fields.js';

/** Bytes beyond what the files themselves need. */
const RESERVE = 64 * 1024 * 1024;

/** Decides on what the node itself has read, and makes sure that there is room for the work. */
export async function makePlan(context: JobContext): Promise<Pick<FilmFields, 'plan'>> {
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
  return { plan: decision.plan };
}
