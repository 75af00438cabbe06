/** Where a scan's parts ask whether to go on: open, shut for a pause, or closed for good. */
export class Gate {
  private readonly controller = new AbortController();
  private opening: PromiseWithResolvers<void> | null = null;
  /** resolves when the gate is closed */
  readonly closed: Promise<void>;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
  }

  /** aborted when the gate is closed */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** A method, for the answer may be another after each `await`. */
  isClosed(): boolean {
    return this.signal.aborted;
  }

  get shut(): boolean {
    return this.opening !== null;
  }

  shutForNow(): void {
    this.opening ??= Promise.withResolvers();
  }

  open(): void {
    this.opening?.resolve();
    this.opening = null;
  }

  close(): void {
    this.controller.abort();
    this.open();
  }

  /** Waits while the gate is shut. @returns false when it is closed: stop */
  async pass(): Promise<boolean> {
    while (this.opening !== null && !this.signal.aborted) await this.opening.promise;
    return !this.signal.aborted;
  }
}
