/** Why a tool did not do what it was asked. */
export type ToolErrorCode =
  | 'tool_missing'
  | 'tool_failed'
  | 'tool_killed'
  | 'tool_stalled'
  | 'tool_time_limit'
  | 'tool_cancelled'
  | 'tool_bad_output';

export interface ToolErrorDetails {
  tool: string;
  exitCode: number | null;
  signal: string | null;
  /** its last lines */
  stderr: string;
  /** its last lines, where somebody read them; mkvmerge says there what went wrong */
  stdout?: string;
}

/** A tool that ended badly: what ran, how it ended, and the last it said. */
export class ToolError extends Error {
  constructor(
    readonly code: ToolErrorCode,
    message: string,
    readonly details: ToolErrorDetails,
  ) {
    super(message);
    this.name = 'ToolError';
  }
}
