import { readFile, stat } from 'node:fs/promises';

/**
 * What shows that a tool works which says nothing itself.
 * @param pids of the programs that run
 * @returns a number that is another one at the next look when something was done in between; null: nothing can be seen, now or here,
 *   which is no sign that it hangs
 */
export type LifeSign = (pids: readonly number[]) => Promise<number | null>;

/** ms between two looks at most; where hanging is told sooner, they are as much closer. */
const LOOK_MS = 5000;
/** looks within the time after which a tool counts as hung */
const LOOKS = 4;

/** Of proc_pid_io(5): what went through the process, and what its disks had to do for it. Calls that moved nothing do not count. */
const COUNTERS: ReadonlySet<string> = new Set(['rchar', 'wchar', 'read_bytes', 'write_bytes']);

/** @returns bytes; 0: none of the counters is there */
export function ioBytes(text: string): number {
  return text
    .split('\n')
    .map((line) => line.split(': '))
    .reduce((sum, [name = '', bytes]) => (COUNTERS.has(name) ? sum + Number(bytes) : sum), 0);
}

/**
 * Bytes that programs have read and written. Linux alone tells, and not in every container. Not for one that goes on printing while it
 * hangs, as ffmpeg does with its progress: that counts, too.
 */
export const ioOfPrograms: LifeSign = async (pids) => {
  const read = pids.map((pid) => readFile(`/proc/${pid}/io`, 'utf8').then(ioBytes, () => 0));
  const bytes = (await Promise.all(read)).reduce((sum, one) => sum + one, 0);
  // No program runs that has not read itself: then nobody counts here.
  return bytes > 0 ? bytes : null;
};

/** Bytes of a file that is being written; it need not be there from the beginning. */
export function growthOf(file: string): LifeSign {
  return () =>
    stat(file).then(
      ({ size }) => size,
      () => null,
    );
}

/** By the first of several by which something can be seen. */
export function firstSeen(...signs: readonly LifeSign[]): LifeSign {
  return async (pids) => {
    for (const sign of signs) {
      const seen = await sign(pids);
      if (seen !== null) return seen;
    }
    return null;
  };
}

export interface LifeWatchOptions {
  sign: LifeSign;
  pids: readonly number[];
  /** after which the tool counts as hung */
  stallMs: number;
  /** whether the tool stands still, and there is nothing to be seen */
  isPaused: () => boolean;
  /** told whenever it has done something, or cannot be seen */
  onSign: () => void;
}

/** Looks at a sign of life, over and over. */
export class LifeWatch {
  private readonly timer: NodeJS.Timeout;
  private last: number | null = null;
  private isLooking = false;

  constructor(private readonly options: LifeWatchOptions) {
    this.timer = setInterval(
      () => {
        void this.look();
      },
      Math.min(LOOK_MS, options.stallMs / LOOKS),
    );
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    // A look at a file on a share that hangs has no end: one of them is enough, and says nothing of life.
    if (this.isLooking || this.options.isPaused()) return;
    this.isLooking = true;
    const seen = await this.options.sign(this.options.pids).catch(() => null);
    this.isLooking = false;
    if (seen === null || seen !== this.last) this.options.onSign();
    this.last = seen;
  }
}
