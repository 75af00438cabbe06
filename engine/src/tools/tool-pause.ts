/** Says to tools whether they are to stand still. */
export interface ToolPause {
  readonly paused: boolean;
  /** @returns a function that stops listening */
  onChange(listener: (paused: boolean) => void): () => void;
}

/** Windows cannot stop a process and let it go on later. */
export const CAN_STOP_TOOLS = process.platform !== 'win32';

/** A switch that somebody turns. */
export class PauseSwitch implements ToolPause {
  private readonly listeners = new Set<(paused: boolean) => void>();
  private on = false;

  get paused(): boolean {
    return this.on;
  }

  set(paused: boolean): void {
    if (paused === this.on) return;
    this.on = paused;
    for (const listener of [...this.listeners]) listener(paused);
  }

  onChange(listener: (paused: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Resolves at once, or when the pause ends, or when the signal aborts: whoever waits looks at the signal afterwards. */
export async function pauseEnd(pause: ToolPause | undefined, signal?: AbortSignal): Promise<void> {
  if (pause?.paused !== true || signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      stopListening();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const stopListening = pause.onChange((paused) => {
      if (!paused) done();
    });
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** ms of work: stands still while it is told to. */
export class WorkClock {
  private worked = 0;
  private since: number | null = performance.now();

  get now(): number {
    return this.worked + (this.since === null ? 0 : performance.now() - this.since);
  }

  stop(): void {
    this.worked = this.now;
    this.since = null;
  }

  go(): void {
    this.since ??= performance.now();
  }
}
