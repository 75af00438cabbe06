import { shellQuote } from '#engine/command/shell-quote.js';
import type { JobLog } from '#engine/pipeline/step.js';

/** Characters kept back while the server cannot be reached; what is over is left out and said so. */
const MAX_PENDING = 500_000;

/** Collects a job's log lines and hands them over in batches. */
export class JobLogBuffer implements JobLog {
  private pending = '';
  private dropped = 0;
  /** the last line of a tool, and how often it has come again */
  private readonly repeated = { text: '', times: 0 };

  info(message: string): void {
    this.line(message);
  }

  command(...programs: readonly (readonly string[])[]): void {
    this.line(`$ ${programs.map(shellQuote).join(' | ')}`);
  }

  /** What a tool says; the same over and over again is counted: SVT-AV1 says some things once for each of its threads. */
  tool(name: string, line: string): void {
    const text = `${name}: ${line}`;
    if (text === this.repeated.text) {
      this.repeated.times += 1;
      return;
    }
    this.line(text);
    this.repeated.text = text;
  }

  /** @returns what has come since the last call, '' for nothing */
  take(): string {
    this.countRepeated();
    const text = this.dropped > 0 ? `${this.pending}... ${this.dropped} lines left out\n` : this.pending;
    this.pending = '';
    this.dropped = 0;
    return text;
  }

  private countRepeated(): void {
    const { times } = this.repeated;
    this.repeated.times = 0;
    if (times > 0) this.append(`(the same again, ${times} ${times === 1 ? 'time' : 'times'})`);
  }

  private line(text: string): void {
    this.countRepeated();
    this.repeated.text = '';
    this.append(text);
  }

  private append(text: string): void {
    if (this.pending.length > MAX_PENDING) {
      this.dropped += 1;
      return;
    }
    this.pending += `${new Date().toISOString()} ${text}\n`;
  }
}
