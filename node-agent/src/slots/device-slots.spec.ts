import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceSlots, type DeviceSlot, type SlotDevice } from './device-slots.js';

const never = new AbortController().signal;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

const NVENC = { id: 'nvidia:0', encoders: ['av1_nvenc'], slots: 1 };
const VAAPI = { id: 'dri:renderD128', encoders: ['av1_vaapi'], slots: 1 };
const wants =
  (...names: string[]) =>
  (encoders: readonly string[]) =>
    names.some((name) => encoders.includes(name));
const any = (_encoders: readonly string[]): boolean => true;

/** Asks, and says which card came; undefined as long as none has. */
function asking(slots: DeviceSlots, suits = any, signal = never) {
  const asked: { slot?: DeviceSlot; done: Promise<void> } = { done: Promise.resolve() };
  asked.done = slots.acquire(signal, suits).then((slot) => {
    asked.slot = slot;
  });
  return asked;
}

describe('DeviceSlots', () => {
  it('gives a card that is of use, and lets nobody wait for another one', async () => {
    const slots = new DeviceSlots([NVENC, VAAPI]);
    const [one, two, three] = [wants('av1_nvenc'), wants('av1_nvenc'), wants('av1_vaapi')].map((suits) =>
      asking(slots, suits),
    );
    await settle();
    expect([one, two, three].map((asked) => asked?.slot?.device.id)).toEqual([NVENC.id, undefined, VAAPI.id]);
    one?.slot?.release();
    await settle();
    expect(two?.slot?.device.id).toBe(NVENC.id);
    expect(slots.inUse).toBe(2);
  });

  it('takes the least busy card, and whichever comes free first', async () => {
    const slots = new DeviceSlots([NVENC, { ...VAAPI, slots: 2 }]);
    const all = [asking(slots), asking(slots), asking(slots)];
    await settle();
    expect(all.map((asked) => asked.slot?.device.id).sort()).toEqual([VAAPI.id, VAAPI.id, NVENC.id]);
    const next = asking(slots);
    all.find((asked) => asked.slot?.device.id === NVENC.id)?.slot?.release();
    await settle();
    expect(next.slot?.device.id).toBe(NVENC.id);
  });

  it('lets what no card is of use to have any', async () => {
    const slots = new DeviceSlots([{ ...NVENC, slots: 0 }, VAAPI]);
    const software = asking(slots, () => false);
    // A card of use that has no slot just now may get one.
    const waiting = asking(slots, wants('av1_nvenc'));
    await settle();
    expect(software.slot?.device.id).toBe(VAAPI.id);
    expect(waiting.slot).toBeUndefined();
    slots.resize([NVENC, VAAPI]);
    await settle();
    expect(waiting.slot?.device.id).toBe(NVENC.id);
  });

  it('keeps what is held on a card that is gone, and forgets who no longer waits', async () => {
    const slots = new DeviceSlots([NVENC]);
    const held = asking(slots);
    await settle();
    slots.resize([]);
    expect(slots.inUse).toBe(1);
    const controller = new AbortController();
    const gone = asking(slots, any, controller.signal);
    controller.abort(new Error('no longer'));
    await expect(gone.done).rejects.toThrow('no longer');
    held.slot?.release();
    held.slot?.release();
    expect(slots.inUse).toBe(0);
    slots.resize([NVENC]);
    await settle();
    expect(slots.inUse).toBe(0);
  });

  it('never grants more than a card has, and serves all in the end', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), device: fc.nat(2) }),
      fc.record({ kind: fc.constant('release' as const), which: fc.nat(9) }),
      fc.record({
        kind: fc.constant('resize' as const),
        limits: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
      }),
    );
    const cards = (limits: readonly number[]): SlotDevice[] =>
      limits.map((count, at) => ({ id: `card:${at}`, encoders: [`encoder-${at}`], slots: count }));
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        let limits = [1, 1, 1];
        const slots = new DeviceSlots(cards(limits));
        const asked: ReturnType<typeof asking>[] = [];
        const released = new Set<DeviceSlot>();
        const held = () =>
          asked.flatMap(({ slot }) => (slot === undefined || released.has(slot) ? [] : [slot]));
        const count = (at: number) => held().filter(({ device }) => device.id === `card:${at}`).length;
        for (const step of actions) {
          const before = [0, 1, 2].map(count);
          if (step.kind === 'ask') asked.push(asking(slots, wants(`encoder-${step.device}`)));
          else if (step.kind === 'resize') slots.resize(cards((limits = step.limits)));
          else {
            const slot = held()[step.which];
            if (slot !== undefined) {
              released.add(slot);
              slot.release();
            }
          }
          await settle();
          // More than there are only where they were held before.
          [0, 1, 2].forEach((at) => {
            expect(count(at)).toBeLessThanOrEqual(Math.max(limits[at] ?? 0, before[at] ?? 0));
          });
          expect(slots.inUse).toBe(held().length);
        }
        slots.resize(cards([1, 1, 1]));
        for (let round = 0; asked.some(({ slot }) => slot === undefined); round += 1) {
          expect(round).toBeLessThan(100);
          for (const slot of held()) {
            released.add(slot);
            slot.release();
          }
          await settle();
        }
      }),
      { numRuns: 60 },
    );
  });
});
