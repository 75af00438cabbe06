import { Injectable } from '@nestjs/common';
import type { Reason } from '#contracts';
import { EventBus } from '../realtime/event-bus.js';

/** Libraries whose jobs are not handed out, since none of them could be put in its place; in memory, for a claim finds it out again. */
@Injectable()
export class LibraryHolds {
  private readonly reasons = new Map<number, Reason>();

  constructor(private readonly events: EventBus) {}

  get all(): ReadonlyMap<number, Reason> {
    return this.reasons;
  }

  /** @param reason null: its jobs may begin */
  set(libraryId: number, reason: Reason | null): void {
    const before = this.reasons.get(libraryId);
    if (before?.message === reason?.message) return;
    if (reason === null) this.reasons.delete(libraryId);
    else this.reasons.set(libraryId, reason);
    // Dispatch looks anew at who may be given what.
    this.events.emit('changed', { resource: 'library' });
  }
}
