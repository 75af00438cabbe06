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
  private readonly inside = new AsyncLocalStorage<true>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in a transaction of its own and returns what it returns, once committed.
   * @throws what `work` throws, after a roll-back; an Error when called from inside another write.
   */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.inside.getStore() === true) {
      return Promise.reject(new Error('DbWriter.write called inside another write; pass the manager on instead'));
    }
    return this.mutex.runExclusive(() =>
      this.inside.run(true, () => this.dataSource.transaction(work)),
    );
  }
}
