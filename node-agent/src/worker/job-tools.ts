import { runTool, type ToolOptions, type ToolResult } from '#engine/tools/run-tool.js';
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
    this.log.command([tool, ...args]);
    const { onStderrLine, signal } = options;
    let pid: number | null = null;
    const result = await runTool(tool, args, {
      ...(await this.control.toolOptions()),
      ...options,
      onSpawn: (spawned) => {
        pid = spawned;
        this.ledger.started(spawned);
      },
      signal: signal === undefined ? this.signal : AbortSignal.any([this.signal, signal]),
      onStderrLine: (line) => {
        this.log.tool(tool, line);
        onStderrLine?.(line);
      },
    }).finally(() => (pid === null ? undefined : this.ledger.ended(pid)));
    this.log.info(`${tool} ended with ${result.exitCode} after ${(result.durationMs / 1000).toFixed(2)} s`);
    return result;
  }
}
