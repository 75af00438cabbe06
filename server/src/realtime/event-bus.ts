import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { NodesSettings, ServerEvents } from '#contracts';

/** What browsers are told, and what only the server's own parts need to know. */
interface BusEvents extends ServerEvents {
  /** waiting jobs have a new order */
  reordered: (what: Record<string, never>) => void;
  /** what holds for all nodes together has changed */
  nodesSettings: (settings: NodesSettings) => void;
}
type BusEventName = keyof BusEvents;
type EventPayload<K extends BusEventName> = Parameters<BusEvents[K]>[0];

/** Where features say what has changed, without knowing who listens: the sockets, dispatch, the command line. */
@Injectable()
export class EventBus {
  private readonly emitter = new EventEmitter().setMaxListeners(50);

  emit<K extends BusEventName>(name: K, payload: EventPayload<K>): void {
    this.emitter.emit(name, payload);
  }

  /** @returns a function that stops listening */
  on<K extends BusEventName>(name: K, listener: (payload: EventPayload<K>) => void): () => void {
    this.emitter.on(name, listener);
    return () => this.emitter.off(name, listener);
  }
}
