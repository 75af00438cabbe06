import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentEnd, EXIT } from './agent-end.js';

const LOCK_FILE = 'agent.lock';
/** Who holds it, for people alone: no process id says anything across containers that share a folder. */
const HOLDER_FILE = 'agent.holder';

/** SQLite's number for a file that somebody else has locked. */
const SQLITE_BUSY = 5;

/** ms that an agent which has been told to end may take for it, and a little. */
const ENDING_MS = 10_000;
const LOOK_EVERY_MS = 200;

export interface LockOptions {
  signal: AbortSignal;
  /** told once, when another agent has to be waited for */
  onWait: (problem: string) => void;
  /** told when the file system knows no locks: the agent works without one */
  onUnlockable: (problem: string) => void;
  /** ms that the other agent gets to end */
  waitMs?: number;
}

/**
 * Keeps a second agent out of a work folder, where it would end the first one's tools and take its files away. The lock is the system's
 * own, held through SQLite since Node has no call for it: it ends with its process, however that ends, and it holds between containers.
 */
export class WorkLock {
  private constructor(
    private readonly held: DatabaseSync | null,
    private readonly workFolder: string,
  ) {}

  /**
   * Takes the lock, and waits for a while if the agent that holds it is about to end.
   * @param workFolder absolute; it is there
   * @throws AgentEnd when the other one stays; the signal's reason
   */
  static async take(workFolder: string, options: LockOptions): Promise<WorkLock> {
    const { signal, onWait, onUnlockable, waitMs = ENDING_MS } = options;
    const until = performance.now() + waitMs;
    for (let said = false; ; said = true) {
      signal.throwIfAborted();
      try {
        const held = lock(path.join(workFolder, LOCK_FILE));
        await writeFile(path.join(workFolder, HOLDER_FILE), `process ${process.pid} on ${hostname()}\n`);
        return new WorkLock(held, workFolder);
      } catch (error) {
        if (!isSqlite(error)) throw error;
        if (error.errcode !== SQLITE_BUSY) {
          onUnlockable(`${path.join(workFolder, LOCK_FILE)} cannot be locked: ${error.message}`);
          return new WorkLock(null, workFolder);
        }
      }
      const problem = `another agent works in ${workFolder}${await holderIn(workFolder)}`;
      if (performance.now() >= until)
        throw new AgentEnd(
          EXIT.workFolderInUse,
          `${problem}: end that one, or give this one a work folder of its own with --work or BOILARR_WORK_DIR`,
        );
      if (!said) onWait(`${problem}; waits for its end`);
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  /** Another may have it from now on. */
  release(): void {
    if (this.held?.isOpen !== true) return;
    // The lock's own file stays: without it one who waits and one who comes would each lock a file of their own.
    rmSync(path.join(this.workFolder, HOLDER_FILE), { force: true });
    this.held.close();
  }
}

/** An empty database in a transaction that never ends: nothing is ever written to it. @throws SQLite's error */
function lock(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isSqlite(error: unknown): error is Error & { errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** @returns `, process 12 on attic`, or nothing where that is not known */
async function holderIn(workFolder: string): Promise<string> {
  const text = await readFile(path.join(workFolder, HOLDER_FILE), 'utf8').catch(() => '');
  const said = /^process \d{1,10} on [\w.-]{1,255}$/.exec(text.trim());
  return said === null ? '' : `, ${said[0]}`;
}
