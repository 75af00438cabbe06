import { Worker } from 'node:worker_threads';
import { WalkControl } from './walk-control.js';
import { WalkError, type WalkBatch, type WalkRules } from './walk.types.js';

export interface WalkRequest {
  libraryId: number;
  /** absolute */
  root: string;
  rules: WalkRules;
  databasePath: string;
  /** path inside the library, with `/`: this file alone is looked at; null or none: all of them */
  only?: string | null;
}

/** What the worker says. */
export type WalkMessage =
  | { kind: 'batch'; batch: WalkBatch }
  | { kind: 'end'; walkMs: number }
  | { kind: 'refused'; code: WalkError['code']; message: string };

/** A walk that is under way. */
export interface RunningWalk {
  /**
   * The batches, in order; taking the next one says that the last has been dealt with. Ends with the walk, also
   * when it was cancelled.
   * @throws WalkError when the folder cannot be walked; an Error when the walk itself broke
   */
  batches(): AsyncGenerator<WalkBatch, void, undefined>;
  /** ms that the walk took, without the time that it was held; null until it has ended by itself */
  readonly walkMs: number | null;
  pause(): void;
  resume(): void;
  /** The walk ends at its next batch; waiting for it is not needed, but `batches` then ends. */
  cancel(): void;
}

export type StartWalk = (request: WalkRequest) => RunningWalk;

/** Batches that the walk may be ahead of their being written. */
const CREDITS = 4;

/** A walk needs little memory; a limit keeps its thread's garbage from adding up. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 192 };

/** Walks in a thread of its own: the calls are synchronous, which is several times faster than the others. */
export const startWalkInWorker: StartWalk = (request) => {
  const control = WalkControl.create(CREDITS);
  const worker = new Worker(new URL('./walk.worker.js', import.meta.url), {
    name: 'boilarr-walk',
    workerData: { request, memory: control.memory },
    resourceLimits: RESOURCE_LIMITS,
  });
  const messages: WalkMessage[] = [];
  let failure: Error | null = null;
  let exited = false;
  let wake: () => void = () => undefined;
  worker.on('message', (message: WalkMessage) => {
    messages.push(message);
    wake();
  });
  worker.on('error', (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
    wake();
  });
  worker.on('exit', () => {
    exited = true;
    wake();
  });

  let walkMs: number | null = null;
  async function* batches(): AsyncGenerator<WalkBatch, void, undefined> {
    try {
      for (;;) {
        const message = messages.shift();
        if (message === undefined) {
          if (failure !== null) throw failure;
          if (exited) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (message.kind === 'refused') {
          throw new WalkError(message.code, message.message);
        } else if (message.kind === 'batch') {
          yield message.batch;
          control.addCredit();
        } else {
          walkMs = control.cancelled ? null : message.walkMs;
        }
      }
    } finally {
      // Whoever stops listening ends the walk, and the thread is gone when this returns.
      control.cancel();
      if (!exited) await new Promise((resolve) => worker.once('exit', resolve));
    }
  }
  return {
    batches,
    get walkMs() {
      return walkMs;
    },
    pause: () => {
      control.setPaused(true);
    },
    resume: () => {
      control.setPaused(false);
    },
    cancel: () => {
      control.cancel();
    },
  };
};
