import { Injectable } from '@nestjs/common';
import { Mutex } from 'async-mutex';

/** Lets one piece of work at a time touch a library file, whatever its names are meanwhile. */
@Injectable()
export class PathLock {
  private readonly locks = new Map<string, { mutex: Mutex; users: number }>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lock = this.locks.get(key) ?? { mutex: new Mutex(), users: 0 };
    this.locks.set(key, lock);
    lock.users += 1;
    try {
      return await lock.mutex.runExclusive(work);
    } finally {
      lock.users -= 1;
      if (lock.users === 0) this.locks.delete(key);
    }
  }
}

/** What a trash entry's file is locked by: its restore and its emptying never meet, nor a replacement of the same file. */
export function entryKey(entry: { fileId: number | null; originalPath: string }): string {
  return `file ${entry.fileId ?? entry.originalPath}`;
}
