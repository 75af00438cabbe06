import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { familyOf } from './process-table.ts';

/** ms that processes get to end in order; Boilarr's node takes up to 8 s to give its jobs back */
const STOP_MS = 20_000;

/**
 * What a benchmark leaves behind unless somebody clears it away: a temporary folder, and processes. All is gone at the
 * end, whether the benchmark ended well, badly, or by Ctrl-C.
 */
export class Scene {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'boilarr-bench-'));
  private readonly controller = new AbortController();
  private readonly pids = new Map<number, Promise<unknown>>();

  /** aborts when somebody wants the benchmark to end */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Makes clearing away part of every end of this process, and Ctrl-C one of them; the second one is meant at once. */
  listen(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (this.signal.aborted) process.exit(130);
        this.controller.abort(new Error(`ended by ${signal}`));
      });
    }
    process.on('exit', () => {
      this.clear();
    });
  }

  /** A new folder inside the temporary one. */
  async newFolder(...names: string[]): Promise<string> {
    const folder = path.join(this.folder, ...names);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /**
   * Ends a process with the benchmark.
   * @param ended settles when it has ended by itself
   */
  own(pid: number, ended: Promise<unknown>): void {
    const forget = () => {
      this.pids.delete(pid);
    };
    this.pids.set(pid, ended.then(forget, forget));
  }

  /** Asks what still runs to end, and waits for that. */
  async end(): Promise<void> {
    for (const pid of this.pids.keys()) kill(pid, 'SIGTERM');
    await Promise.race([Promise.all(this.pids.values()), sleep(STOP_MS)]);
  }

  /** Synchronous, because a process that exits waits for nothing. */
  private clear(): void {
    for (const pid of [...this.pids.keys()].flatMap((owned) => familyOf(owned))) kill(pid, 'SIGKILL');
    // What has just been killed may still be writing.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}
