import { DestroyRef, inject, Service, signal } from '@angular/core';

/** The time, as a signal that moves once a second: what relative times and running spans are counted from. */
@Service()
export class Clock {
  private readonly current = signal(Date.now());

  /** ms since the epoch */
  readonly now = this.current.asReadonly();

  constructor() {
    const timer = setInterval(() => {
      this.current.set(Date.now());
    }, 1000);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
  }
}
