import { readFile, stat } from 'node:fs/promises';

/**
 * What shows that a tool works which says nothing itself.
 * @param pid of the tool; not of its `input`, which may go on printing while it hangs
 * @returns a number that is another one at the next look when something was done in between; null: nothing can be seen, now or here,
 *   which is no sign that it hangs
 */
export type LifeSign = (pid: number) => Promise<number | null>;

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

/** @returns ticks of processor time, from proc_pid_stat(5); 0: it does not say */
export function cpuTicks(text: string): number {
  // The name before it may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) || 0) + (Number(fields[12]) || 0);
}

/** Only there can be seen what a program does. */
export const CAN_SEE_WORK = process.platform === 'linux';

/**
 * What a program has read, written and computed: a long film's RPUs are sorted for minutes without a byte. Linux alone tells, and not in
 * every container. Not for one that goes on printing while it hangs, as ffmpeg does with its progress: that counts, too.
 */
export const workOfProgram: LifeSign = async (pid) => {
  const read = (name: string, count: (text: string) => number) =>
    readFile(`/proc/${pid}/${name}`, 'utf8').then(count, () => 0);
  const bytes = await read('io', ioBytes);
  // No program runs that has not read itself: then nobody counts here.
  return bytes > 0 ? bytes + (await read('stat', cpuTicks)) : null;
};

/** Bytes of a file that is being written; one that is not there yet or empty says nothing. */
export function growthOf(file: string): LifeSign {
  return () =>
    stat(file).then(
      ({ size }) => (size > 0 ? size : null),
      () => null,
    );
}

/** By the first of several by which something can be seen. */
export function firstSeen(...signs: readonly LifeSign[]): LifeSign {
  return async (pid) => {
    for (const sign of signs) {
      const seen = await sign(pid);
      if (seen !== null) return seen;
    }
    return null;
  };
}

export interface LifeWatchOptions {
  sign: LifeSign;
  pid: number;
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
    const seen = await this.options.sign(this.options.pid).catch(() => null);
    this.isLooking = false;
    if (seen === null || seen !== this.last) this.options.onSign();
    this.last = seen;
  }
}
