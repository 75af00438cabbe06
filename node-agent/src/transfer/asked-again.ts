import { setTimeout as sleep } from 'node:timers/promises';
import type { JobLog } from '#engine/pipeline/step.js';
import { TRANSFER_STATUS } from '#contracts';
import { ServerRefusal, ServerUnreachable } from '../registration/server-client.js';
import { damagedFor, outcomeOf } from './outcome-of.js';

/** Times that one piece may arrive damaged. */
const MAX_DAMAGED = 5;
const LONGEST_PAUSE_MS = 10_000;

/** ms without a single byte after which a connection counts as dead. */
const STALL_MS = 30_000;

/** A piece is not what its sender says that it is. */
export class DamagedPiece extends Error {
  constructor() {
    super('a piece arrived damaged');
    this.name = 'DamagedPiece';
  }
}

/** Ends a request that does not move on. */
class StallTimer {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor(outer: AbortSignal) {
    this.timer = this.start();
    this.signal = AbortSignal.any([outer, this.controller.signal]);
  }

  moved(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.controller.abort(new Error(`nothing has moved for ${STALL_MS / 1000} s`));
    }, STALL_MS);
  }
}

/**
 * Asks the server until it answers; a piece that arrives damaged is asked for, or sent, again at once. A server whose disk is full is asked
 * for as long as it is: what was made is on this node's own disk, and nowhere else.
 * @param ask makes the request; it says `moved` whenever bytes have come or gone, and the signal ends what does not move on
 * @param what the log and a failure call it
 * @throws SkipJob, StepFailure; the signal's reason
 */
export async function askedAgain<T>(
  what: string,
  options: { signal: AbortSignal; log: JobLog; waiting?: (on: boolean) => void },
  ask: (signal: AbortSignal, moved: () => void) => Promise<T>,
): Promise<T> {
  const { signal, log } = options;
  let pause = 200;
  let damaged = 0;
  let said = '';
  let isFull = false;
  const full = (now: boolean): void => {
    if (now !== isFull) options.waiting?.(now);
    isFull = now;
  };
  for (;;) {
    signal.throwIfAborted();
    const stall = new StallTimer(signal);
    try {
      const answer = await ask(stall.signal, () => {
        stall.moved();
      });
      full(false);
      return answer;
    } catch (error) {
      full(error instanceof ServerUnreachable && error.status === TRANSFER_STATUS.noRoom);
      signal.throwIfAborted();
      const refused = error instanceof ServerRefusal ? error : null;
      if (error instanceof DamagedPiece || refused?.status === TRANSFER_STATUS.damaged) {
        damaged += 1;
        log.info(`${what} arrived damaged; it is sent again`);
        if (damaged === MAX_DAMAGED) throw damagedFor(what, damaged);
        continue;
      }
      if (refused !== null) throw outcomeOf(refused);
      const message = error instanceof Error ? error.message : String(error);
      if (message !== said) log.info(`${what} waits: ${message}`);
      said = message;
    } finally {
      stall.stop();
    }
    await sleep(pause, undefined, { signal });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}
