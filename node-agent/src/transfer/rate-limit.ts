import { setTimeout as sleep } from 'node:timers/promises';

/** Longest that somebody waits before looking at the limit again, which may have changed. */
const LOOK_EVERY_MS = 250;

/** Smaller pieces are mostly overhead. */
const SMALLEST_PIECE = 64 * 1024;

/** Seconds over which the rate is told. */
const SECONDS = 4;

interface Clock {
  /** ms; never goes back */
  now(): number;
  /** @throws when the signal aborts */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, { signal });
  },
};

/** Bytes a second that all transfers of a node may move together, and what they do move. The limit can change at any time. */
export class RateLimit {
  private limit = 0;
  /** bytes that have gone out ahead of their time */
  private debt = 0;
  private settledAt: number;
  private readonly moved = new Map<number, number>();

  constructor(private readonly clock: Clock = CLOCK) {
    this.settledAt = clock.now();
  }

  /** @param bytesPerSecond 0: no limit */
  set(bytesPerSecond: number): void {
    this.settle();
    this.limit = bytesPerSecond;
    if (bytesPerSecond === 0) this.debt = 0;
  }

  /** @returns how large a piece should be, so that the limit is kept from moment to moment and not only on average */
  pieceSize(largest: number): number {
    return this.limit === 0
      ? largest
      : Math.min(largest, Math.max(SMALLEST_PIECE, Math.floor(this.limit / 2)));
  }

  /** Waits until so many bytes may go. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      this.settle();
      if (this.limit === 0 || this.debt <= 0) break;
      await this.clock.sleep(Math.min(LOOK_EVERY_MS, (this.debt / this.limit) * 1000 + 1), signal);
    }
    if (this.limit > 0) this.debt += bytes;
  }

  /** Notes that so many bytes have come or gone. */
  count(bytes: number): void {
    const second = Math.floor(this.clock.now() / 1000);
    this.moved.set(second, (this.moved.get(second) ?? 0) + bytes);
    for (const known of this.moved.keys()) if (known < second - SECONDS) this.moved.delete(known);
  }

  /** @returns bytes a second over the last few whole seconds */
  rate(): number {
    const second = Math.floor(this.clock.now() / 1000);
    let bytes = 0;
    for (const [at, moved] of this.moved) if (at < second && at >= second - SECONDS) bytes += moved;
    return bytes / SECONDS;
  }

  private settle(): void {
    const now = this.clock.now();
    this.debt = Math.max(0, this.debt - ((now - this.settledAt) / 1000) * this.limit);
    this.settledAt = now;
  }
}
