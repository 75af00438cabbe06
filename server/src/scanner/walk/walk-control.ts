const CREDITS = 0;
const PAUSED = 1;
const CANCELLED = 2;
/** changes with every command, so that the waiting thread can sleep on it */
const SIGNAL = 3;
const LENGTH = 4;

/**
 * The strings by which the server holds a walk in another thread, in memory that both see. A credit is the
 * right to post one batch; without one the walk sleeps, so that batches never pile up.
 */
export class WalkControl {
  private readonly cells: Int32Array<SharedArrayBuffer>;

  private constructor(readonly memory: SharedArrayBuffer) {
    this.cells = new Int32Array(memory);
  }

  static create(credits: number): WalkControl {
    const control = new WalkControl(new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT));
    Atomics.store(control.cells, CREDITS, credits);
    return control;
  }

  /** The worker's side of a control that the server has created. */
  static from(memory: SharedArrayBuffer): WalkControl {
    return new WalkControl(memory);
  }

  addCredit(): void {
    Atomics.add(this.cells, CREDITS, 1);
    this.wake();
  }

  setPaused(paused: boolean): void {
    Atomics.store(this.cells, PAUSED, paused ? 1 : 0);
    this.wake();
  }

  /** For good. */
  cancel(): void {
    Atomics.store(this.cells, CANCELLED, 1);
    this.wake();
  }

  get cancelled(): boolean {
    return Atomics.load(this.cells, CANCELLED) === 1;
  }

  /**
   * Sleeps until a batch may be posted, and uses up the credit for it. For the worker's thread only.
   * @returns false when the walk is to end
   */
  waitForTurn(): boolean {
    for (;;) {
      const signal = Atomics.load(this.cells, SIGNAL);
      if (this.cancelled) return false;
      if (Atomics.load(this.cells, PAUSED) === 0 && Atomics.load(this.cells, CREDITS) > 0) {
        Atomics.sub(this.cells, CREDITS, 1);
        return true;
      }
      Atomics.wait(this.cells, SIGNAL, signal);
    }
  }

  private wake(): void {
    Atomics.add(this.cells, SIGNAL, 1);
    Atomics.notify(this.cells, SIGNAL);
  }
}
