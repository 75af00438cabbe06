import { slotsOfGpu, slotsOfLane, type Capabilities, type Lane, type NodeSettings } from '#contracts';
import { DeviceSlots, type SlotDevice } from './device-slots.js';
import { ResizableSemaphore } from './semaphore.js';

/** Jobs that a node takes beyond its slots, to stage their source while the others run. */
const PREFETCH = 1;

export interface Slot {
  /** the card that it is on; null: a slot of the processors */
  device: Pick<SlotDevice, 'id' | 'encoders'> | null;
  release: () => void;
}

/** The slots of one kind, and the places for jobs that hold or await one. */
export interface SlotPool {
  readonly places: ResizableSemaphore;
  /** @param suits whether a card with these encoders is of use; nobody asks where there are no cards */
  acquire(signal: AbortSignal, suits: (encoders: readonly string[]) => boolean): Promise<Slot>;
}

type Settings = Pick<NodeSettings, 'cpuSlots' | 'gpuSlots' | 'gpuDevices'>;
type Gpus = Capabilities['gpus'];

function places(slots: number): number {
  return slots === 0 ? 0 : slots + PREFETCH;
}

function slotDevices(settings: Settings, gpus: Gpus): SlotDevice[] {
  return gpus.map(({ id, encoders }) => ({ id, encoders, slots: slotsOfGpu(settings, id) }));
}

/** A node's pools: lanes of CPU work share one, lanes of GPU work the other. */
export class SlotPools {
  private readonly cpuSlots: ResizableSemaphore;
  private readonly gpuSlots: DeviceSlots;
  readonly cpu: SlotPool;
  readonly gpu: SlotPool;

  constructor(settings: Settings, gpus: Gpus) {
    const cpuSlots = new ResizableSemaphore(settings.cpuSlots);
    const gpuSlots = new DeviceSlots(slotDevices(settings, gpus));
    this.cpuSlots = cpuSlots;
    this.gpuSlots = gpuSlots;
    this.cpu = {
      places: new ResizableSemaphore(places(settings.cpuSlots)),
      acquire: async (signal) => ({ device: null, release: await cpuSlots.acquire(signal) }),
    };
    this.gpu = {
      places: new ResizableSemaphore(places(slotsOfLane(settings, gpus, 'gpu'))),
      acquire: (signal, suits) => gpuSlots.acquire(signal, suits),
    };
  }

  /** Nothing that is held is taken away; what is free is granted at once. @returns the pools that have shrunk */
  apply(settings: Settings, gpus: Gpus): SlotPool[] {
    const shrunk = [
      ...(this.cpu.places.resize(places(settings.cpuSlots)) ? [this.cpu] : []),
      ...(this.gpu.places.resize(places(slotsOfLane(settings, gpus, 'gpu'))) ? [this.gpu] : []),
    ];
    this.cpuSlots.resize(settings.cpuSlots);
    this.gpuSlots.resize(slotDevices(settings, gpus));
    return shrunk;
  }

  forLane(lane: Lane): SlotPool {
    return lane.startsWith('gpu') ? this.gpu : this.cpu;
  }

  get busy(): number {
    return this.cpuSlots.inUse + this.gpuSlots.inUse;
  }
}
