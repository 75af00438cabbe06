import type { JobContext } from '../../pipeline/step.js';
import { firstSeen, growthOf, workOfProgram } from '../../tools/life-signs.js';
import type { ToolOptions } from '../../tools/tool-options.js';
import { paramsOf } from './params.js';

/** What keeps a program from hanging, and from taking too long: its lines are no sign of life by themselves. */
export function toolLimits(context: JobContext): Pick<ToolOptions, 'stallMs' | 'limitMs' | 'onlyTouch'> {
  const { act } = paramsOf(context).profile;
  return {
    stallMs: act.stallSeconds * 1000,
    ...(act.timeLimitMinutes > 0 ? { limitMs: act.timeLimitMinutes * 60_000 } : {}),
    onlyTouch: true,
  };
}

/**
 * The same for a program that says nothing while it works: what it reads, writes and computes shows that it does not hang, and its output's size
 * where nobody counts that (Windows, macOS).
 * @param output the file that it writes, which may be there at the end alone; null: none
 */
export function quietToolLimits(
  context: JobContext,
  output: string | null,
): ReturnType<typeof toolLimits> & Pick<ToolOptions, 'aliveBy'> {
  const aliveBy = output === null ? workOfProgram : firstSeen(workOfProgram, growthOf(output));
  return { ...toolLimits(context), aliveBy };
}
