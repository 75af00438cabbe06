import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { DataSource, type EntityManager } from 'typeorm';

/**
 * The only way to write. TypeORM on SQLite shares one connection, so two transactions at once would be one, and
 * a roll-back would silently take the other's rows with it; here they queue.
 *
 * Inside `write` nothing but database calls may be awaited: everybody else's writes wait meanwhile.
 */
@Injectable()
export class DbWriter {
  private readonly mutex = new Mutex();
  /** what is to be done once the write that one is inside of has been committed */
  private readonly inside = new AsyncLocalStorage<(() => void)[]>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in a transaction of its own and returns what it returns, once committed.
   * @throws what `work` throws, after a roll-back; an Error when called from inside another write.
   */
  async write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.inside.getStore() !== undefined) {
      throw new Error('DbWriter.write called inside another write; pass the manager on instead');
    }
    const callbacks: (() => void)[] = [];
    const result = await this.mutex.runExclusive(() =>
      this.inside.run(callbacks, () => this.dataSource.transaction(work)),
    );
    for (const callback of callbacks) callback();
    return result;
  }

  /**
   * Runs `callback` when the write that the caller is inside of has been committed, and never when it is rolled
   * back; outside of any write, at once. News must not be told before they are true.
   */
  afterCommit(callback: () => void): void {
    const callbacks = this.inside.getStore();
    if (callbacks === undefined) callback();
    else callbacks.push(callback);
  }
}
