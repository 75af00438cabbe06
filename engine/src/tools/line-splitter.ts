/** Characters after which a line without an end is handed out all the same. */
const LONGEST_LINE = 64 * 1024;

/** Cuts a stream of chunks into lines; `\r` ends a line too, because tools redraw their progress with it. */
export class LineSplitter {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: string): void {
    const lines = (this.rest + chunk).split(/\r\n|\r|\n/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line);
    if (this.rest.length > LONGEST_LINE) this.end();
  }

  /** Hands out what came after the last line end. */
  end(): void {
    if (this.rest !== '') this.onLine(this.rest);
    this.rest = '';
  }
}
