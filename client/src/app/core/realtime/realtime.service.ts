import { DOCUMENT, inject, Service, signal } from '@angular/core';
import { Subject, type Observable } from 'rxjs';
import { io, type Socket } from 'socket.io-client';
import type { ServerEventName, ServerEvents } from '#contracts';
import { SessionService } from '../auth/session.service';

export type ConnectionState = 'off' | 'connecting' | 'online' | 'lost';
export type EventPayload<E extends ServerEventName> = Parameters<ServerEvents[E]>[0];
type EventSubjects = { [E in ServerEventName]: Subject<EventPayload<E>> };

/** ms after a refused connection until it is looked into: a server that restarts needs a little, too. */
const RETRY_REFUSED_MS = 5000;

/** The socket to the server: its news as observables, its state as a signal. */
@Service()
export class Realtime {
  private readonly document = inject(DOCUMENT);
  private readonly session = inject(SessionService);
  private readonly current = signal<ConnectionState>('off');
  private readonly caughtUp = new Subject<void>();
  private readonly subjects: EventSubjects = {
    job: new Subject(),
    progress: new Subject(),
    scan: new Subject(),
    node: new Subject(),
    changed: new Subject(),
  };
  private socket: Socket<ServerEvents> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  readonly state = this.current.asReadonly();

  /** After a lost connection has come back: whatever was sent in between is missing, so fetch again. */
  readonly resync: Observable<void> = this.caughtUp.asObservable();

  events<E extends ServerEventName>(name: E): Observable<EventPayload<E>> {
    return this.subjects[name];
  }

  connect(): void {
    if (this.socket) return;
    const base = new URL(this.document.baseURI);
    const socket: Socket<ServerEvents> = io(base.origin, {
      path: `${base.pathname}socket.io`,
      withCredentials: true,
      reconnectionDelayMax: 10_000,
    });
    this.socket = socket;
    this.current.set('connecting');
    socket.on('connect', () => {
      const missedSome = this.current() === 'lost';
      this.current.set('online');
      if (missedSome) this.caughtUp.next();
    });
    socket.on('disconnect', (reason) => {
      this.current.set('lost');
      if (reason === 'io server disconnect') this.reconnectIfAllowed(socket);
    });
    socket.on('connect_error', () => {
      this.current.set('lost');
      this.reconnectIfAllowed(socket);
    });
    socket.on('job', (job) => {
      this.subjects.job.next(job);
    });
    socket.on('progress', (progress) => {
      this.subjects.progress.next(progress);
    });
    socket.on('scan', (status) => {
      this.subjects.scan.next(status);
    });
    socket.on('node', (node) => {
      this.subjects.node.next(node);
    });
    socket.on('changed', (what) => {
      this.subjects.changed.next(what);
    });
  }

  disconnect(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.socket?.off();
    this.socket?.disconnect();
    this.socket = undefined;
    this.current.set('off');
  }

  /**
   * Either the server is away, or the session is over and it says no: only the API can tell the two apart. socket.io
   * goes on trying by itself, except where the server has ended the connection.
   */
  private reconnectIfAllowed(socket: Socket<ServerEvents>): void {
    if (this.retry !== undefined) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      void this.session.recheck().then((state) => {
        if (this.socket !== socket) return;
        if (state === 'out') this.session.expired();
        else if (!socket.active) socket.connect();
      });
    }, RETRY_REFUSED_MS);
  }
}
