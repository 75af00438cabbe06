/** ms within which a second signal is the first one again: npm passes on what the terminal has sent to both. */
const SAME_SIGNAL_MS = 1000;

/** Exit code of a program that a person has ended twice. */
export const ENDED_EARLY = 130;

/** An end that Ctrl-C or a service manager asks for. */
export class EndSignals {
  private readonly first = new AbortController();
  private readonly second = new AbortController();
  private lastAt = 0;
  private patient = false;

  /** Listens from now on. */
  constructor() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        this.take(name);
      });
    }
  }

  get signal(): AbortSignal {
    return this.first.signal;
  }

  /**
   * For who has reason to take long over the first signal: the second one asks to hurry, and only the third ends the process at
   * once.
   */
  hurry(): AbortSignal {
    this.patient = true;
    return this.second.signal;
  }

  private take(name: NodeJS.Signals): void {
    const now = performance.now();
    const isNew = now - this.lastAt > SAME_SIGNAL_MS;
    if (!this.first.signal.aborted) {
      this.lastAt = now;
      this.first.abort(new Error(`ended by ${name}`));
    } else if (isNew && this.patient && !this.second.signal.aborted) {
      this.lastAt = now;
      this.second.abort(new Error(`ended again by ${name}`));
    } else if (isNew) {
      process.exit(ENDED_EARLY);
    }
  }
}
