import { runTool, type ToolInput, type ToolOptions, type ToolResult } from '#engine/tools/run-tool.js';
import type { JobLog } from '#engine/pipeline/step.js';
import type { ToolLedger } from '../tools/tool-ledger.js';
import type { NodeControl } from './node-control.js';

/**
 * Runs the tools of one job: ended with it, as polite as the node is to be, still while the node rests, noted in the ledger, and with
 * what they say in the job's log.
 */
export class JobTools {
  constructor(
    private readonly control: NodeControl,
    private readonly ledger: ToolLedger,
    private readonly log: JobLog,
    private readonly signal: AbortSignal,
  ) {}

  async run(tool: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
    const { input, signal } = options;
    if (input === undefined) this.log.command([tool, ...args]);
    else this.log.command([input.tool, ...input.args], [tool, ...args]);
    const pids: number[] = [];
    const result = await runTool(tool, args, {
      ...(await this.control.toolOptions()),
      ...options,
      ...this.logged(tool, options),
      ...(input === undefined ? {} : { input: { ...input, ...this.logged(input.tool, input) } }),
      onSpawn: (spawned) => {
        pids.push(spawned);
        this.ledger.started(spawned);
      },
      signal: signal === undefined ? this.signal : AbortSignal.any([this.signal, signal]),
    }).finally(() => Promise.all(pids.map((pid) => this.ledger.ended(pid))));
    const names = input === undefined ? tool : `${input.tool} | ${tool}`;
    this.log.info(`${names} ended with ${result.exitCode} after ${(result.durationMs / 1000).toFixed(2)} s`);
    return result;
  }

  /** Notes what a tool says, but for its progress, which others show. */
  private logged(
    tool: string,
    { onStderrLine, isProgress }: Pick<ToolInput, 'onStderrLine' | 'isProgress'>,
  ): Required<Pick<ToolInput, 'onStderrLine'>> {
    return {
      onStderrLine: (line, touch) => {
        if (isProgress?.(line) !== true) this.log.tool(tool, line);
        onStderrLine?.(line, touch);
      },
    };
  }
}
