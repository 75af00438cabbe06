import type { LifeSign } from './life-signs.js';
import type { ToolPause } from './tool-pause.js';
import type { Politeness } from './wrap-command.js';

export interface ToolOptions extends Politeness {
  cwd?: string;
  /**
   * another tool, whose standard output is this one's standard input; none: standard input is closed. The two are one: what ends, stops
   * or limits the one does so to the other, and both have to end well.
   */
  input?: ToolInput;
  /** ends the tool and everything it started */
  signal?: AbortSignal;
  /** ms without a sign of life (a call of `touch`) after which the tool counts as hung; none: no watchdog */
  stallMs?: number;
  /** for a tool that says nothing while it works: what is looked at every few seconds; whatever changes there counts as `touch` */
  aliveBy?: LifeSign;
  /** ms that it may take in all */
  limitMs?: number;
  /** collect standard output, at most this many characters */
  captureStdout?: number;
  /** each line of standard output; counts as a sign of life unless `onlyTouch` */
  onStdoutLine?: (line: string, touch: () => void) => void;
  /** each line of standard error; counts as a sign of life unless `onlyTouch` */
  onStderrLine?: (line: string, touch: () => void) => void;
  /** lines of standard error that are progress alone: not kept for messages, nor in a job's log */
  isProgress?: (line: string) => boolean;
  /** lines of output are no sign of life by themselves: ffmpeg prints its progress while it hangs */
  onlyTouch?: boolean;
  /** exit codes that are fine; mkvmerge says 1 for a warning */
  okExitCodes?: readonly number[];
  /** told once the program runs: its process id, which is its group's as well; of `input` as well */
  onSpawn?: (pid: number) => void;
  /**
   * while it is on, the tool and all that it has started stand still, and their time as well: no limit runs out. One that is to begin
   * waits. Not on Windows.
   */
  pause?: ToolPause;
}

/** A tool that writes what another one reads. */
export interface ToolInput {
  tool: string;
  args: readonly string[];
  /** each line of its standard error; no sign of life by itself, since it may complain while the other one hangs */
  onStderrLine?: (line: string, touch: () => void) => void;
  /** as for the tool itself */
  isProgress?: (line: string) => boolean;
  /** ms of work in which one of the two has to end by itself when the other has ended well; default: 10 s */
  respiteMs?: number;
}

export interface ToolResult {
  exitCode: number;
  stdout: string;
  /** the last 8 KiB of standard error */
  stderr: string;
  /** of work: pauses do not count */
  durationMs: number;
}
