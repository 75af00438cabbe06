import { LineSplitter } from './line-splitter.js';
import type { Program, ProgramEnd } from './start-program.js';
import { TailBuffer } from './tail-buffer.js';
import { ToolError, type ToolErrorCode } from './tool-error.js';

/** Characters of standard output kept for the message of a failure. */
const STDOUT_TAIL = 2048;

/** What programs say whose reader has gone: two tools are joined by a socket, which is reset where something was left unread. */
const READER_GONE = /broken pipe|EPIPE|connection reset|ECONNRESET/i;

export interface Listener {
  onStdout?: (chunk: string) => void;
  onStderrLine?: (line: string) => void;
  /** lines of standard error that tell nothing afterwards, and are not kept */
  isProgress?: ((line: string) => boolean) | undefined;
}

/** One tool and what it has said so far. */
export class ToolProcess {
  private readonly stderr = new TailBuffer();
  private readonly stdout = new TailBuffer(STDOUT_TAIL);

  constructor(
    readonly name: string,
    private readonly okExitCodes: readonly number[],
  ) {}

  /** The last that it said on standard error. */
  get words(): string {
    return this.stderr.toString();
  }

  /** Hears a program to its end. */
  async follow({ stdout, stderr, ended }: Program, listener: Listener): Promise<ProgramEnd> {
    const lines = new LineSplitter((line) => {
      if (listener.isProgress?.(line) !== true) this.stderr.push(`${line}\n`);
      listener.onStderrLine?.(line);
    });
    stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stdout.push(chunk);
      listener.onStdout?.(chunk);
    });
    stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      lines.push(chunk);
    });
    const end = await ended;
    lines.end();
    return end;
  }

  fail(code: ToolErrorCode, message: string, end?: ProgramEnd): ToolError {
    return new ToolError(code, message, {
      tool: this.name,
      exitCode: end?.exitCode ?? null,
      signal: end?.signal ?? null,
      stderr: this.words,
      stdout: this.stdout.toString(),
    });
  }

  /** @returns what was wrong with how it ended; null: nothing */
  judge(end: ProgramEnd): ToolError | null {
    const { exitCode, signal, problem } = end;
    if (problem !== null) {
      const code = problem.isMissing ? 'tool_missing' : 'tool_failed';
      return this.fail(code, `${this.name} cannot be started: ${problem.message}`);
    }
    if (exitCode === null)
      return this.fail('tool_killed', `${this.name} was killed by ${signal ?? 'a signal'}`, end);
    if (this.okExitCodes.includes(exitCode)) return null;
    // mkvmerge complains on standard output.
    const said = [this.stderr, this.stdout].map(String).find((text) => text !== '') ?? '';
    const last = said.split('\n').slice(-3).join(' | ');
    return this.fail('tool_failed', `${this.name} ended with exit code ${exitCode}: ${last}`, end);
  }

  /** Whether it ended because nobody read any more what it wrote. */
  lostItsReader({ exitCode, signal }: ProgramEnd): boolean {
    return signal === 'SIGPIPE' || (exitCode !== 0 && READER_GONE.test(this.words));
  }
}
