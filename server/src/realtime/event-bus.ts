import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { ServerEventName, ServerEvents } from '#contracts';

export type EventPayload<K extends ServerEventName> = Parameters<ServerEvents[K]>[0];

/** Where features say what has changed, without knowing who listens: the sockets, dispatch, the command line. */
@Injectable()
export class EventBus {
  private readonly emitter = new EventEmitter().setMaxListeners(50);

  emit<K extends ServerEventName>(name: K, payload: EventPayload<K>): void {
    this.emitter.emit(name, payload);
  }

  /** @returns a function that stops listening */
  on<K extends ServerEventName>(name: K, listener: (payload: EventPayload<K>) => void): () => void {
    this.emitter.on(name, listener);
    return () => this.emitter.off(name, listener);
  }
}
