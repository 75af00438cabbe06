import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { FilePort } from '../../server/src/replace/file-port.js';
import { NodeFilePort } from '../../server/src/replace/file-port.js';

/** Stands for the process having been killed: from then on no call reaches the disk or the database. */
export class Crash extends Error {
  constructor(call: number) {
    super(`killed at call ${call}`);
    this.name = 'Crash';
  }
}

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: forced`), { code });
}

export interface Faults {
  /** small files only, and of attributes only the time, without starting a program: for runs by the thousand */
  quickMetadata?: boolean;
  /** number of the call, from 1, that is done and then kills the process */
  crashAfter?: number;
  /** number of the step, from 1, that is done and then kills the process: a call that changes something, or a commit */
  crashAfterStep?: number;
  /** number of the call that fails, and how; `done`: it takes effect all the same, as on NFS */
  failAt?: { call: number; code: string; done?: boolean };
  /** number of the call from which on all fail so: a share that goes away */
  goneFrom?: { call: number; code: string };
  /** number of the transaction from which on none can be committed: a disk that is full */
  noCommitFrom?: number;
  /** a code with which this call is always refused, by its name and arguments */
  refuse?: (method: keyof FilePort, args: readonly string[]) => string | null;
  /** what somebody else does just before a call */
  before?: (method: keyof FilePort, args: readonly string[]) => Promise<void> | void;
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

/** The same calls on files of a few kilobytes, without a thread for each. */
class QuickPort extends NodeFilePort {
  override copyMetadata = quick((source: string, target: string): string[] => {
    const { atime, mtime } = statSync(source);
    utimesSync(target, atime, mtime);
    return [];
  });
  override realpath = quick((path: string) => realpathSync(path));
  override syncFile = quick(sync);
  override syncFolder = quick(sync);
  override sha256 = quick((path: string) => createHash('sha256').update(readFileSync(path)).digest('hex'));
  override headTailHash = quick((path: string) => headTailHashOf(readFileSync(path)));
  override copyNew = quick((source: string, target: string) => {
    const data = readFileSync(source);
    writeFileSync(target, data, { flag: 'wx', mode: 0o600 });
    return { sha256: createHash('sha256').update(data).digest('hex'), size: data.length };
  });
}

function quick<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => Promise<R> {
  return async (...args) => {
    await Promise.resolve();
    return call(...args);
  };
}

/** As common/head-tail-hash reads a file that is smaller than one of its windows. */
function headTailHashOf(data: Buffer): string {
  return createHash('sha256').update(`${data.length}\n`).update(data).update(data).digest('hex');
}

const CHANGES = new Set<string>([
  'link',
  'rename',
  'unlink',
  'rmdir',
  'mkdir',
  'createNew',
  'copyNew',
  'cloneNew',
  'copyMetadata',
  'settleIn',
]);

/** The real file system, with faults at chosen calls, and a list of what was called. */
export class FaultyPort {
  readonly calls: string[] = [];
  /** numbers of the calls that change something */
  readonly changes: number[] = [];
  /** what each of those calls is */
  readonly changedBy: (keyof FilePort)[] = [];
  /** what was changed on the disk or in the database, in order */
  readonly steps: string[] = [];
  crashed = false;
  private commits = 0;
  private readonly real: NodeFilePort;

  constructor(private readonly faults: Faults = {}) {
    this.real = faults.quickMetadata === true ? new QuickPort() : new NodeFilePort();
  }

  /** Adds a line of somebody else's to the list, such as a commit. */
  note(line: string): void {
    this.calls.push(line);
  }

  /** @throws what a full disk answers to a commit; inside the transaction, so that it is rolled back */
  beforeCommit(): void {
    this.commits += 1;
    if (this.commits >= (this.faults.noCommitFrom ?? Infinity))
      throw Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL' });
  }

  /** @throws Crash when the process is to die here */
  step(line: string): void {
    this.steps.push(line);
    if (this.steps.length !== this.faults.crashAfterStep) return;
    this.crashed = true;
    throw new Crash(this.steps.length);
  }

  /** number of calls that went to the disk */
  get count(): number {
    return this.calls.filter((call) => !call.startsWith('commit')).length;
  }

  get port(): FilePort {
    let count = 0;
    return new Proxy(this.real, {
      get: (target, name) => {
        const method = name as keyof FilePort;
        return async (...args: unknown[]): Promise<unknown> => {
          count += 1;
          const number = count;
          const { crashAfter, failAt, goneFrom, refuse, before } = this.faults;
          if (this.crashed) throw new Crash(number);
          const words = args.filter((arg) => typeof arg === 'string');
          const line = [method, ...words.map((word) => path.basename(word))].join(' ');
          this.calls.push(line);
          if (CHANGES.has(method)) {
            this.changes.push(number);
            this.changedBy.push(method);
          }
          await before?.(method, words);
          const refused = refuse?.(method, words) ?? null;
          if (refused !== null) throw errno(refused);
          if (goneFrom !== undefined && number >= goneFrom.call) throw errno(goneFrom.code);
          if (failAt?.call === number && failAt.done !== true) throw errno(failAt.code);
          const call = target[method] as (...args: unknown[]) => Promise<unknown>;
          const result = await call.apply(target, args);
          if (CHANGES.has(method)) this.step(line);
          if (failAt?.call === number) throw errno(failAt.code);
          if (crashAfter === number) {
            this.crashed = true;
            throw new Crash(number);
          }
          return result;
        };
      },
    });
  }
}
