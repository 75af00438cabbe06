import { shellQuote } from '#engine/command/shell-quote.js';
import type { JobLog } from '#engine/pipeline/step.js';

/** Characters kept back while the server cannot be reached; what is over is left out and said so. */
const MAX_PENDING = 500_000;

/** Collects a job's log lines and hands them over in batches. */
export class JobLogBuffer implements JobLog {
  private pending = '';
  private dropped = 0;

  info(message: string): void {
    this.line(message);
  }

  command(...programs: readonly (readonly string[])[]): void {
    this.line(`$ ${programs.map(shellQuote).join(' | ')}`);
  }

  tool(name: string, line: string): void {
    this.line(`${name}: ${line}`);
  }

  /** @returns what has come since the last call, '' for nothing */
  take(): string {
    const text = this.dropped > 0 ? `${this.pending}... ${this.dropped} lines left out\n` : this.pending;
    this.pending = '';
    this.dropped = 0;
    return text;
  }

  private line(text: string): void {
    if (this.pending.length > MAX_PENDING) {
      this.dropped += 1;
      return;
    }
    this.pending += `${new Date().toISOString()} ${text}\n`;
  }
}
