interface Waiter {
  grant: () => void;
}

/**
 * A counting semaphore whose limit can change at any time: a smaller one never takes a place away from who has
 * it, it only grants no new ones until enough have been given back.
 */
export class ResizableSemaphore {
  private readonly waiting: Waiter[] = [];
  private used = 0;

  constructor(private limit: number) {}

  get inUse(): number {
    return this.used;
  }

  /** How many more are in use than there are now. */
  get excess(): number {
    return Math.max(0, this.used - this.limit);
  }

  /** @returns whether it has become smaller */
  resize(limit: number): boolean {
    const shrunk = limit < this.limit;
    this.limit = limit;
    this.grantNext();
    return shrunk;
  }

  /** @returns a function that gives the place back, once, however often it is called */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.used < this.limit && this.waiting.length === 0) return this.take();
    await this.turn(signal);
    // `grantNext` has counted the place already.
    return this.releaser();
  }

  /** Takes a place even when there is none: for who got the work before the limit was seen. */
  take(): () => void {
    this.used += 1;
    return this.releaser();
  }

  /** Waits until there is a free place, without taking it. */
  async whenFree(signal: AbortSignal): Promise<void> {
    const release = await this.acquire(signal);
    release();
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(waiter);
    });
  }

  private releaser(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.used -= 1;
      this.grantNext();
    };
  }

  private grantNext(): void {
    while (this.used < this.limit) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.used += 1;
      next.grant();
    }
  }
}
