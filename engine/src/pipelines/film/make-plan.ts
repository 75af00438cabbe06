import { decide } from '../../plan/decide.js';
import { SkipJob, type JobContext } from '../../pipeline/step.js';
import { fileFactsOf, paramsOf } from './params.js';
import { need, type FilmFields } from './fields.js';
import { requireRoom } from './room.js';

/**
 * Decides on what the node itself has read, and makes sure that there is room for the work.
 * @param files of about the output's size that lie in the work folder at a time
 */
export async function makePlan(context: JobContext, files = 2): Promise<Pick<FilmFields, 'plan'>> {
  const decision = decide(need(context, 'info'), paramsOf(context).profile, fileFactsOf(context));
  if (decision.verdict === 'skip') throw new SkipJob(decision.reason);
  context.log.info(decision.reason.message);
  for (const stream of decision.plan.streams) {
    context.log.info(`stream ${stream.index}: ${stream.action}: ${stream.reason.message}`);
  }
  // Two: the streams on their own, and the file that they are put together in.
  await requireRoom(context, files * decision.plan.sizeLimit);
  return { plan: decision.plan };
}
