import { Injectable } from '@nestjs/common';
import type { JobProgress } from '#contracts';
import { EventBus } from '../realtime/event-bus.js';

/** Where running jobs stand. Only in memory: after a restart the next heartbeat tells it anew. */
@Injectable()
export class JobProgressStore {
  private readonly byJob = new Map<number, JobProgress>();

  constructor(private readonly events: EventBus) {}

  set(jobId: number, progress: JobProgress): void {
    this.byJob.set(jobId, progress);
    this.events.emit('progress', { jobId, progress });
  }

  get(jobId: number): JobProgress | null {
    return this.byJob.get(jobId) ?? null;
  }

  clear(jobId: number): void {
    this.byJob.delete(jobId);
  }
}
