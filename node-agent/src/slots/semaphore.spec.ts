import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResizableSemaphore } from './semaphore.js';

const never = new AbortController().signal;

/** Lets every promise that can go on do so. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('ResizableSemaphore', () => {
  it('grants up to its limit, then in order of asking', async () => {
    const semaphore = new ResizableSemaphore(1);
    const order: string[] = [];
    const first = await semaphore.acquire(never);
    const second = semaphore.acquire(never).then((release) => (order.push('second'), release));
    const third = semaphore.acquire(never).then((release) => (order.push('third'), release));
    await settle();
    expect(order).toEqual([]);
    first();
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
    expect(semaphore.inUse).toBe(0);
  });

  it('counts a place once, however often it is given back', async () => {
    const semaphore = new ResizableSemaphore(1);
    const release = await semaphore.acquire(never);
    release();
    release();
    expect(semaphore.inUse).toBe(0);
  });

  it('made smaller it takes nothing away and grants nothing until enough came back', async () => {
    const semaphore = new ResizableSemaphore(3);
    const held = [
      await semaphore.acquire(never),
      await semaphore.acquire(never),
      await semaphore.acquire(never),
    ];
    semaphore.resize(1);
    let granted = false;
    void semaphore.acquire(never).then(() => (granted = true));
    held[0]?.();
    held[1]?.();
    await settle();
    expect(granted).toBe(false);
    held[2]?.();
    await settle();
    expect(granted).toBe(true);
  });

  it('made larger it grants at once', async () => {
    const semaphore = new ResizableSemaphore(0);
    const waiting = semaphore.acquire(never);
    semaphore.resize(1);
    await expect(waiting).resolves.toBeTypeOf('function');
  });

  it('forgets who no longer waits', async () => {
    const semaphore = new ResizableSemaphore(1);
    const release = await semaphore.acquire(never);
    const controller = new AbortController();
    const gone = semaphore.acquire(controller.signal);
    const next = semaphore.acquire(never);
    controller.abort(new Error('no longer'));
    await expect(gone).rejects.toThrow('no longer');
    release();
    await expect(next).resolves.toBeTypeOf('function');
  });

  it('whatever comes, grants none while too many are held, and serves all in the end', async () => {
    const action = fc.oneof(
      fc.constant({ kind: 'ask' as const }),
      fc.record({ kind: fc.constant('release' as const), which: fc.nat(9) }),
      fc.record({ kind: fc.constant('resize' as const), limit: fc.nat(5) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 50 }), async (actions) => {
        let limit = 1;
        const semaphore = new ResizableSemaphore(limit);
        const held: (() => void)[] = [];
        let asked = 0;
        let granted = 0;
        for (const step of actions) {
          const before = held.length;
          if (step.kind === 'ask') {
            asked += 1;
            void semaphore.acquire(never).then((release) => {
              granted += 1;
              held.push(release);
            });
          } else if (step.kind === 'release') held.splice(step.which, 1)[0]?.();
          else {
            expect(semaphore.resize(step.limit)).toBe(step.limit < limit);
            limit = step.limit;
          }
          await settle();
          expect(held.length).toBeLessThanOrEqual(Math.max(limit, before));
          expect(semaphore.inUse).toBe(held.length);
          expect(semaphore.excess).toBe(Math.max(0, held.length - limit));
          // Nobody waits while there is a place.
          expect(granted === asked || held.length >= limit).toBe(true);
        }
        semaphore.resize(1);
        for (let round = 0; granted < asked; round += 1) {
          expect(round).toBeLessThan(200);
          for (const release of held.splice(0)) release();
          await settle();
        }
      }),
      { numRuns: 60 },
    );
  });
});
