import { slotsOfLane, type Capabilities } from '#contracts';
import { describe, expect, it } from 'vitest';
import { slotCapabilities } from './slot-capabilities.js';
import { SlotPools } from './slot-pool.js';

const card = (id: string, ...encoders: string[]) => ({ id, name: id, vendor: 'other' as const, encoders });
const NVIDIA = card('nvidia:0', 'av1_nvenc', 'hevc_nvenc');
const INTEL = card('dri:renderD128', 'av1_qsv');
const CAPABILITIES: Capabilities = {
  tools: {},
  ...{ encoders: ['libsvtav1', 'av1_nvenc', 'av1_qsv'], decoders: [], filters: [], svtAv1Version: null },
  hardwareEncoders: ['av1_nvenc', 'hevc_nvenc', 'av1_qsv'],
  gpus: [NVIDIA, INTEL],
  ...{ cores: 8, memoryBytes: 1, platform: 'linux-x64' },
};
const never = new AbortController().signal;
const settings = (cpuSlots: number, gpuSlots = 1, gpuDevices: Record<string, number> = {}) => ({
  ...{ cpuSlots, gpuSlots, gpuDevices },
});
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('slotsOfLane', () => {
  it.each([
    [settings(3, 2), 'cpu', 3],
    [settings(3, 2), 'cpu-large', 3],
    [settings(3, 2), 'gpu', 4],
    [settings(3, 2, { 'nvidia:0': 5 }), 'gpu', 7],
    [settings(3, 2, { 'nvidia:0': 0, 'dri:renderD128': 0 }), 'gpu-large', 0],
    [settings(3, 0, { 'no such card': 5 }), 'gpu', 0],
  ] as const)('of %j for %s is %i', (what, lane, slots) => {
    expect(slotsOfLane(what, CAPABILITIES.gpus, lane)).toBe(slots);
  });

  it('has none for cards that are not there', () => {
    expect(slotsOfLane(settings(3, 2), [], 'gpu')).toBe(0);
  });
});

describe('SlotPools', () => {
  it('shares slots and places between a lane and its twin, and nothing else', () => {
    const pools = new SlotPools(settings(1), CAPABILITIES.gpus);
    expect(pools.forLane('cpu')).toBe(pools.forLane('cpu-large'));
    expect(pools.forLane('gpu')).toBe(pools.forLane('gpu-large'));
    expect(pools.forLane('gpu')).not.toBe(pools.forLane('cpu'));
  });

  it('has a place more than it has slots, and none without a slot', async () => {
    const pools = new SlotPools(settings(2, 1), [NVIDIA]);
    const free = async (pool: 'cpu' | 'gpu') => {
      const taken: (() => void)[] = [];
      const controller = new AbortController();
      for (let asked = 0; asked < 10; asked += 1) {
        void pools[pool].places
          .acquire(controller.signal)
          .then((release) => taken.push(release))
          .catch(() => undefined);
      }
      await settle();
      const places = taken.length;
      controller.abort();
      for (const release of taken) release();
      return places;
    };
    expect([await free('cpu'), await free('gpu')]).toEqual([3, 2]);
    pools.apply(settings(0, 2), [NVIDIA, INTEL]);
    expect([await free('cpu'), await free('gpu')]).toEqual([0, 5]);
    pools.apply(settings(1, 2), []);
    expect([await free('cpu'), await free('gpu')]).toEqual([2, 0]);
  });

  it('says what has shrunk, and takes nothing from who has it', async () => {
    const pools = new SlotPools(settings(2), [NVIDIA]);
    const held = [await pools.cpu.acquire(never, () => true), await pools.cpu.acquire(never, () => true)];
    expect(pools.apply(settings(1), [NVIDIA])).toEqual([pools.cpu]);
    expect(pools.apply(settings(1), [])).toEqual([pools.gpu]);
    expect(pools.apply(settings(1), [])).toEqual([]);
    expect(pools.apply(settings(4), [NVIDIA])).toEqual([]);
    expect(pools.busy).toBe(2);
    for (const { release } of held) release();
    expect(pools.busy).toBe(0);
  });
});

describe('slotCapabilities', () => {
  it.each([
    ['cpu', null, []],
    ['cpu-large', null, []],
    ['gpu', null, CAPABILITIES.hardwareEncoders],
    ['gpu', INTEL, ['av1_qsv']],
    ['gpu-large', NVIDIA, ['av1_nvenc', 'hevc_nvenc']],
  ] as const)('of lane %s on %j are %j', (lane, device, hardwareEncoders) => {
    const shown = slotCapabilities(lane, device, CAPABILITIES);
    expect(shown.hardwareEncoders).toEqual(hardwareEncoders);
    expect(shown.encoders).toEqual(CAPABILITIES.encoders);
  });
});
