import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import type { Response } from 'express';

/** Pieces in memory at once, of all nodes together. */
const AT_ONCE = 6;
/** Requests that wait for their turn; more are told to come again. */
const MAX_WAITING = 200;

/** Bounds the memory that travelling pieces take. */
@Injectable()
export class PieceGate {
  private readonly semaphore = new Semaphore(AT_ONCE);
  private waiting = 0;

  /** Waits for a turn, which ends when the answer has gone out, or its connection has. */
  async enter(response: Response): Promise<void> {
    if (this.waiting >= MAX_WAITING)
      throw new ServiceUnavailableException('too many pieces at once; try again');
    this.waiting += 1;
    try {
      const [, release] = await this.semaphore.acquire();
      if (response.closed) release();
      else response.once('close', release);
    } finally {
      this.waiting -= 1;
    }
  }
}
