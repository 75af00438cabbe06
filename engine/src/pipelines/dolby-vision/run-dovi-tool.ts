import type { JobContext } from '../../pipeline/step.js';
import type { ToolOptions, ToolResult } from '../../tools/run-tool.js';
import { quietToolLimits } from '../film/tool-limits.js';

/**
 * Runs dovi_tool on files. It shows its progress on a terminal alone, and some of its commands write nothing before their end.
 * @param output the file that it writes; null: none
 * @throws ToolError
 */
export function runDoviTool(
  context: JobContext,
  args: readonly string[],
  output: string | null,
  options: Pick<ToolOptions, 'captureStdout'> = {},
): Promise<ToolResult> {
  return context.run('dovi_tool', args, { ...quietToolLimits(context, output), ...options });
}
