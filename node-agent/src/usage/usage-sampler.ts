import { statfs } from 'node:fs/promises';
import type { GpuDevice, NodeUsage } from '#contracts';
import { usableMemory } from '#engine/tools/limits.js';
import { cpuShares, machineTimes, ownTimes } from './cpu-times.js';
import { gpuUsage } from './gpu-usage.js';
import type { RateMeter, Usage } from './usage.js';

/** ms between two looks. */
const SAMPLE_MS = 2000;

/** ms between two questions to the cards: each starts a program. */
const GPU_MS = 5000;

export interface UsageSources {
  workFolder: string;
  /** process ids of the tools that run */
  tools: () => Iterable<number>;
  gpus: () => readonly GpuDevice[];
  meter: RateMeter;
}

const NO_GPUS: NodeUsage['gpus'] = [];

/** Looks now and then at how busy the machine is, so that a heartbeat need not wait for it. */
export class UsageSampler implements Usage {
  private timer: NodeJS.Timeout | undefined;
  private last: ReturnType<UsageSampler['times']>;
  private sample: NodeUsage | null = null;
  private workFree: number | null = null;
  private gpus = NO_GPUS;
  private gpusAt = Number.NEGATIVE_INFINITY;
  /** what waits for a disk or a driver; one that hangs is not asked again */
  private readonly pending = new Set<string>();

  constructor(private readonly sources: UsageSources) {
    // Not where it is declared: fields come before what the constructor is given.
    this.last = this.times();
  }

  start(): void {
    this.look();
    this.timer = setInterval(() => {
      this.look();
    }, SAMPLE_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  latest(): NodeUsage | null {
    return this.sample === null ? null : { ...this.sample, transferRate: this.sources.meter.rate() };
  }

  private times() {
    return { ...machineTimes(), own: ownTimes(this.sources.tools()) };
  }

  private look(): void {
    const now = this.times();
    const { all, others } = cpuShares(this.last, now);
    // Two looks in one tick say nothing.
    const first = now.total === this.last.total;
    this.last = now;
    this.ask('work folder', async () => {
      const { bavail, bsize } = await statfs(this.sources.workFolder);
      this.workFree = bavail * bsize;
    });
    if (performance.now() - this.gpusAt >= GPU_MS) this.lookAtGpus();
    if (first) return;
    const memory = usableMemory();
    this.sample = {
      cpuPercent: all,
      othersCpuPercent: others,
      memoryUsedBytes: Math.max(0, memory - process.availableMemory()),
      workFreeBytes: this.workFree,
      gpus: this.gpus,
      transferRate: 0,
    };
  }

  private lookAtGpus(): void {
    const devices = this.sources.gpus();
    this.gpusAt = performance.now();
    if (devices.length === 0) {
      this.gpus = NO_GPUS;
      return;
    }
    this.ask('gpus', async () => {
      this.gpus = await gpuUsage(devices);
    });
  }

  private ask(what: string, work: () => Promise<void>): void {
    if (this.pending.has(what)) return;
    this.pending.add(what);
    work()
      .catch(() => undefined)
      .finally(() => this.pending.delete(what));
  }
}
