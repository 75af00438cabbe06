import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.js';

const never = new AbortController().signal;

/** Time that passes only when it is told to. */
class Hours {
  private at = 0;
  private readonly sleepers = new Set<{ until: number; wake: () => void }>();
  readonly now = () => this.at;
  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { until: this.at + ms, wake: resolve };
      this.sleepers.add(sleeper);
      signal.addEventListener('abort', () => {
        this.sleepers.delete(sleeper);
        reject(new Error('no longer'));
      });
    });

  /** In steps so small that nobody oversleeps. */
  async pass(ms: number): Promise<void> {
    for (const end = this.at + ms; this.at < end;) {
      this.at += 10;
      for (const sleeper of this.sleepers) {
        if (sleeper.until > this.at) continue;
        this.sleepers.delete(sleeper);
        sleeper.wake();
      }
      await turn();
    }
  }
}

async function movedIn(
  hours: Hours,
  limit: RateLimit,
  takers: number,
  piece: number,
  ms: number,
): Promise<number> {
  let moved = 0;
  const stop = new AbortController();
  const work = Array.from({ length: takers }, async () => {
    for (;;) {
      await limit.take(piece, stop.signal);
      moved += piece;
      // Nothing moves in no time at all.
      await hours.sleep(10, stop.signal);
    }
  });
  const ended = Promise.allSettled(work);
  await hours.pass(ms);
  stop.abort();
  await ended;
  return moved;
}

describe('RateLimit', () => {
  it('lets everything pass where there is no limit', async () => {
    const limit = new RateLimit();
    for (let time = 0; time < 1000; time += 1) await limit.take(1_000_000, never);
    expect(limit.pieceSize(8_000_000)).toBe(8_000_000);
  });

  it.each([1, 3])('keeps to it, with %i at work', async (takers) => {
    const hours = new Hours();
    const limit = new RateLimit(hours);
    limit.set(1_000_000);
    const moved = await movedIn(hours, limit, takers, limit.pieceSize(8_000_000), 10_000);
    expect(moved).toBeGreaterThan(9_000_000);
    // What goes first goes at once, whoever asks.
    expect(moved).toBeLessThan(10_000_000 + takers * 500_000 + 500_000);
  });

  it('can be lifted while somebody waits', async () => {
    const hours = new Hours();
    const limit = new RateLimit(hours);
    limit.set(1000);
    await limit.take(1_000_000, never);
    let through = false;
    const waiting = limit.take(1, never).then(() => (through = true));
    await hours.pass(5000);
    expect(through).toBe(false);
    limit.set(0);
    await hours.pass(300);
    await waiting;
    expect(through).toBe(true);
  });

  it('gives up waiting when told to', async () => {
    const limit = new RateLimit();
    limit.set(1000);
    await limit.take(1_000_000, never);
    const stop = new AbortController();
    const waiting = expect(limit.take(1, stop.signal)).rejects.toThrow();
    stop.abort();
    await waiting;
  });

  it('asks for pieces that fit into the limit, but for none that are hardly worth a request', () => {
    const limit = new RateLimit();
    limit.set(10_000_000);
    expect(limit.pieceSize(8_000_000)).toBe(5_000_000);
    limit.set(1000);
    expect(limit.pieceSize(8_000_000)).toBe(65_536);
  });

  it('tells the rate of the last seconds', () => {
    let now = 0;
    const limit = new RateLimit({ now: () => now, sleep: () => Promise.resolve() });
    for (; now < 10_000; now += 100) limit.count(50_000);
    expect(limit.rate()).toBe(500_000);
    now += 20_000;
    expect(limit.rate()).toBe(0);
  });
});
