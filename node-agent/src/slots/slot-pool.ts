import type { Lane } from '#contracts';
import { ResizableSemaphore } from './semaphore.js';

/** Jobs that a node takes beyond its slots, to stage their source while the others run. */
const PREFETCH = 1;

/** The slots of one kind, and the places for jobs that hold or await one. */
export class SlotPool {
  readonly slots: ResizableSemaphore;
  readonly places: ResizableSemaphore;

  constructor(count: number) {
    this.slots = new ResizableSemaphore(count);
    this.places = new ResizableSemaphore(places(count));
  }

  resize(count: number): void {
    this.slots.resize(count);
    this.places.resize(places(count));
  }
}

function places(slots: number): number {
  return slots === 0 ? 0 : slots + PREFETCH;
}

/** A node's pools: lanes of CPU work share one, lanes of GPU work the other. */
export class SlotPools {
  readonly cpu: SlotPool;
  readonly gpu: SlotPool;

  constructor(settings: { cpuSlots: number; gpuSlots: number }) {
    this.cpu = new SlotPool(settings.cpuSlots);
    this.gpu = new SlotPool(settings.gpuSlots);
  }

  apply(settings: { cpuSlots: number; gpuSlots: number }): void {
    this.cpu.resize(settings.cpuSlots);
    this.gpu.resize(settings.gpuSlots);
  }

  forLane(lane: Lane): SlotPool {
    return lane.startsWith('gpu') ? this.gpu : this.cpu;
  }

  get busy(): number {
    return this.cpu.slots.inUse + this.gpu.slots.inUse;
  }
}
