import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * What a benchmark leaves behind unless somebody clears it away: a temporary folder, and processes. All is gone after
 * `clear`, whether the benchmark ended well, badly, or by Ctrl-C.
 */
export class Scene {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'boilarr-bench-'));
  private readonly controller = new AbortController();
  private readonly processes = new Set<ChildProcess>();

  /** aborts when somebody wants the benchmark to end */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Makes `clear` part of every end of this process, and Ctrl-C one of them; the second one is meant at once. */
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

  /** @param child leads a process group of its own; `clear` ends all of it if it still runs then */
  own(child: ChildProcess): void {
    this.processes.add(child);
    child.once('exit', () => {
      this.processes.delete(child);
    });
  }

  /** Synchronous, because a process that exits waits for nothing. */
  clear(): void {
    for (const child of this.processes) endGroup(child, 'SIGKILL');
    // What has just been killed may still be writing.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Sends a signal to a child and everything in its process group. */
export function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}
