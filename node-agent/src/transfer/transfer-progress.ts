import type { StepProgress } from '#engine/pipeline/step.js';

/** How far a file has come on its way. */
export class Coming {
  private first: number | null = null;
  private readonly startedAt: number;

  /** @param now ms */
  constructor(
    private readonly size: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = now();
  }

  /** @param bytes that are there by now; those of the first call were there before */
  at(bytes: number): Partial<StepProgress> {
    this.first ??= bytes;
    const rate = (bytes - this.first) / this.seconds;
    return {
      percent: this.size === 0 ? 100 : (bytes / this.size) * 100,
      etaSeconds: rate > 0 ? (this.size - bytes) / rate : null,
    };
  }

  /** For the log, at its end: how much has travelled of it, and for how long. */
  get summary(): string {
    const moved = this.size - (this.first ?? this.size);
    return `${moved} of ${this.size} bytes in ${this.seconds.toFixed(2)} s`;
  }

  private get seconds(): number {
    return Math.max(1, this.now() - this.startedAt) / 1000;
  }
}
