/** Keeps the last lines of a stream, whatever its length. */
export class TailBuffer {
  private text = '';

  /** @param limit characters kept */
  constructor(private readonly limit = 8192) {}

  push(chunk: string): void {
    this.text = (this.text + chunk).slice(-this.limit);
  }

  toString(): string {
    return this.text.trim();
  }
}
