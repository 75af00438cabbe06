/** A card that has slots. */
export interface SlotDevice {
  id: string;
  encoders: readonly string[];
  /** jobs at once */
  slots: number;
}

export interface DeviceSlot {
  device: SlotDevice;
  /** gives it back, once, however often it is called */
  release: () => void;
}

interface Waiter {
  suits: (encoders: readonly string[]) => boolean;
  grant: (slot: DeviceSlot) => void;
}

/**
 * The slots of all cards of a node. Who waits takes the first that comes free on a card of use to it, in the order of asking; one whose
 * card is busy keeps nobody from another card. Cards and their slots can change at any time, and what is held stays held.
 */
export class DeviceSlots {
  private devices: readonly SlotDevice[] = [];
  private readonly used = new Map<string, number>();
  private readonly waiting: Waiter[] = [];

  constructor(devices: readonly SlotDevice[]) {
    this.resize(devices);
  }

  get inUse(): number {
    return [...this.used.values()].reduce((sum, count) => sum + count, 0);
  }

  resize(devices: readonly SlotDevice[]): void {
    this.devices = devices;
    this.grantAll();
  }

  async acquire(signal: AbortSignal, suits: Waiter['suits']): Promise<DeviceSlot> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        suits,
        grant: (slot) => {
          signal.removeEventListener('abort', onAbort);
          resolve(slot);
        },
      };
      const onAbort = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(waiter);
      this.grantAll();
    });
  }

  private free(device: SlotDevice): number {
    return device.slots - (this.used.get(device.id) ?? 0);
  }

  /** The least busy card with a free slot among those of use; a job that no card here is of use to takes any. */
  private find(suits: Waiter['suits']): SlotDevice | undefined {
    const suited = this.devices.filter(({ encoders }) => suits(encoders));
    return (suited.length > 0 ? suited : [...this.devices])
      .filter((device) => this.free(device) > 0)
      .sort((a, b) => this.free(b) - this.free(a))[0];
  }

  private grantAll(): void {
    for (let at = 0; at < this.waiting.length;) {
      const waiter = this.waiting[at];
      const device = waiter === undefined ? undefined : this.find(waiter.suits);
      if (waiter === undefined || device === undefined) {
        at += 1;
        continue;
      }
      this.waiting.splice(at, 1);
      this.change(device, 1);
      waiter.grant({ device, release: this.releaser(device) });
    }
  }

  private releaser(device: SlotDevice): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.change(device, -1);
      this.grantAll();
    };
  }

  private change({ id }: SlotDevice, by: number): void {
    this.used.set(id, (this.used.get(id) ?? 0) + by);
  }
}
