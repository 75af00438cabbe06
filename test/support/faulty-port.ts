import { stat, utimes } from 'node:fs/promises';
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
  /** carry only the time over, without starting a program: for runs by the thousand */
  quickMetadata?: boolean;
  /** number of the call, from 1, that is done and then kills the process */
  crashAfter?: number;
  /** number of the call that fails, and how; `done`: it takes effect all the same, as on NFS */
  failAt?: { call: number; code: string; done?: boolean };
  /** a code with which this call is always refused, by its name and arguments */
  refuse?: (method: keyof FilePort, args: readonly string[]) => string | null;
  /** what somebody else does just before a call */
  before?: (method: keyof FilePort, args: readonly string[]) => Promise<void> | void;
}

class QuickPort extends NodeFilePort {
  override async copyMetadata(source: string, target: string): Promise<string[]> {
    const { atime, mtime } = await stat(source);
    await utimes(target, atime, mtime);
    return [];
  }
}

const CHANGES = new Set<string>([
  'link',
  'rename',
  'unlink',
  'rmdir',
  'mkdir',
  'createNew',
  'copyNew',
  'copyMetadata',
  'settleIn',
]);

/** The real file system, with faults at chosen calls, and a list of what was called. */
export class FaultyPort {
  readonly calls: string[] = [];
  /** numbers of the calls that change something */
  readonly changes: number[] = [];
  crashed = false;
  private readonly real: NodeFilePort;

  constructor(private readonly faults: Faults = {}) {
    this.real = faults.quickMetadata === true ? new QuickPort() : new NodeFilePort();
  }

  /** Adds a line of somebody else's to the list, such as a commit. */
  note(line: string): void {
    this.calls.push(line);
  }

  get port(): FilePort {
    let count = 0;
    return new Proxy(this.real, {
      get: (target, name) => {
        const method = name as keyof FilePort;
        return async (...args: unknown[]): Promise<unknown> => {
          count += 1;
          const number = count;
          const { crashAfter, failAt, refuse, before } = this.faults;
          if (this.crashed) throw new Crash(number);
          const words = args.filter((arg) => typeof arg === 'string');
          this.calls.push([method, ...words.map((word) => path.basename(word))].join(' '));
          if (CHANGES.has(method)) this.changes.push(number);
          await before?.(method, words);
          const refused = refuse?.(method, words) ?? null;
          if (refused !== null) throw errno(refused);
          if (failAt?.call === number && failAt.done !== true) throw errno(failAt.code);
          const call = target[method] as (...args: unknown[]) => Promise<unknown>;
          const result = await call.apply(target, args);
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
