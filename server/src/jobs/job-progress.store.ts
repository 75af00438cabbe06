import { Injectable } from '@nestjs/common';
import type { JobProgress } from '#contracts';
import { EventBus } from '../realtime/event-bus.js';

/** Where running jobs stand, and since when. Only in memory: after a restart the next heartbeat tells it anew. */
@Injectable()
export class JobProgressStore {
  private readonly byJob = new Map<number, JobProgress>();
  /** when each job last showed that it goes on, by the clock of `performance.now` */
  private readonly signs = new Map<number, number>();

  constructor(private readonly events: EventBus) {}

  set(jobId: number, progress: JobProgress): void {
    if (!isSame(this.byJob.get(jobId), progress)) this.alive(jobId);
    this.byJob.set(jobId, progress);
    this.events.emit('progress', { jobId, progress });
  }

  get(jobId: number): JobProgress | null {
    return this.byJob.get(jobId) ?? null;
  }

  /** It goes on, or has reason not to. */
  alive(jobId: number): void {
    this.signs.set(jobId, performance.now());
  }

  /** @returns ms since the job's last sign of life; of one that nobody has heard of, from the first time that this is asked */
  silentMs(jobId: number): number {
    const now = performance.now();
    const sign = this.signs.get(jobId);
    if (sign === undefined) this.signs.set(jobId, now);
    return now - (sign ?? now);
  }

  clear(jobId: number): void {
    this.byJob.delete(jobId);
    this.signs.delete(jobId);
  }
}

/** A node says the same again each second; only what moves shows that something is done. */
function isSame(before: JobProgress | undefined, now: JobProgress): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
