import type { IncomingMessage } from 'node:http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { WebSocketGateway, WebSocketServer, type OnGatewayInit } from '@nestjs/websockets';
import type { ServerEvents } from '#contracts';
import type { Server } from 'socket.io';
import { EventBus } from './event-bus.js';

/** Browsers hear of one subject at most this often. */
const EVERY_MS = 500;

/** Passes the bus on to browsers: the newest of each kind and subject, twice a second. */
@WebSocketGateway()
@Injectable()
export class RealtimeGateway implements OnGatewayInit, OnModuleDestroy {
  @WebSocketServer()
  private readonly server!: Server<Record<string, never>, ServerEvents>;

  private readonly latest = new Map<string, () => void>();
  private readonly stopListening: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly events: EventBus) {}

  afterInit(): void {
    this.stopListening.push(
      this.events.on('job', (job) => {
        this.keep(`job ${job.id}`, () => this.server.emit('job', job));
      }),
      this.events.on('progress', (progress) => {
        this.keep(`progress ${progress.jobId}`, () => this.server.emit('progress', progress));
      }),
      this.events.on('scan', (status) => {
        this.keep(`scan ${status.libraryId}`, () => this.server.emit('scan', status));
      }),
      this.events.on('node', (node) => {
        this.keep(`node ${node.id}`, () => this.server.emit('node', node));
      }),
      this.events.on('changed', (what) => {
        this.keep(`changed ${what.resource}`, () => this.server.emit('changed', what));
      }),
    );
  }

  onModuleDestroy(): void {
    for (const stop of this.stopListening) stop();
    clearTimeout(this.timer);
  }

  private keep(subject: string, send: () => void): void {
    this.latest.set(subject, send);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const sends = [...this.latest.values()];
      this.latest.clear();
      for (const sendOne of sends) sendOne();
    }, EVERY_MS);
  }
}

/** @returns the value of one cookie of a handshake, or null */
export function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return decodeURIComponent(value.join('='));
  }
  return null;
}
