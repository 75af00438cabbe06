import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { WebhookBody } from '#contracts';
import {
  DataSource,
  In,
  LessThan,
  LessThanOrEqual,
  type EntityManager,
  type QueryDeepPartialEntity,
} from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { postWebhook } from './post-webhook.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** ms to wait after the first, second ... failed try; when all are used up, the message is given up */
export const RETRY_PAUSES_MS = [
  10 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
] as const;
/** how long ended messages are kept, for a look at what went wrong */
const KEEP_MS = 14 * 24 * HOUR;
const BATCH = 20;
/** messages under way at once, so that one dead server does not hold up the others */
const PARALLEL = 4;

/**
 * The outbox of the libraries' webhooks. Messages are written in the transaction of what they tell about, and
 * delivered afterwards; whether that works never changes anything about the job.
 */
@Injectable()
export class WebhookService implements OnApplicationShutdown {
  private readonly logger = new Logger('Webhook');
  private readonly shutdown = new AbortController();
  private running: Promise<void> | null = null;
  private again = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
  ) {}

  /** Puts a message into the outbox, inside the caller's transaction. A library without a webhook has none. */
  async enqueue(manager: EntityManager, library: LibraryEntity, body: WebhookBody): Promise<void> {
    if (library.webhookUrl === '') return;
    await manager.insert(WebhookDeliveryEntity, {
      state: 'waiting',
      url: library.webhookUrl,
      body: body as QueryDeepPartialEntity<WebhookBody>,
      attempts: 0,
      nextAttemptAt: Date.now(),
      lastError: null,
    });
  }

  /** Begins a delivery soon, without anybody waiting for it. */
  kick(): void {
    setImmediate(() => {
      if (this.isStopping()) return;
      this.deliverDue().catch((error: unknown) => {
        this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      });
    });
  }

  /** Sends what is due. Called while it is already at it, it looks once more afterwards. */
  deliverDue(): Promise<void> {
    this.again = true;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async onApplicationShutdown(): Promise<void> {
    this.shutdown.abort();
    await this.running?.catch(() => undefined);
  }

  private async run(): Promise<void> {
    await this.forgetOld();
    while (this.again && !this.isStopping()) {
      this.again = false;
      for (;;) {
        const due = await this.due();
        if (due.length === 0 || this.isStopping()) break;
        const queue = [...due];
        const worker = async () => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) await this.deliver(next);
        };
        await Promise.all(Array.from({ length: PARALLEL }, worker));
      }
    }
  }

  private isStopping(): boolean {
    return this.shutdown.signal.aborted;
  }

  private due(): Promise<WebhookDeliveryEntity[]> {
    return this.dataSource.manager.find(WebhookDeliveryEntity, {
      where: { state: 'waiting', nextAttemptAt: LessThanOrEqual(Date.now()) },
      order: { nextAttemptAt: 'ASC', id: 'ASC' },
      take: BATCH,
    });
  }

  private async deliver(message: WebhookDeliveryEntity): Promise<void> {
    if (this.isStopping()) return;
    const error = await postWebhook(message.url, message.body, this.shutdown.signal);
    // A message interrupted by our own end is not a failed try: it waits for the next start.
    if (error !== null && this.isStopping()) return;
    const attempts = message.attempts + 1;
    const pause = RETRY_PAUSES_MS[attempts - 1];
    const state = error === null ? 'delivered' : pause === undefined ? 'given_up' : 'waiting';
    const where = message.url === '' ? '' : new URL(message.url).host;
    if (error !== null) {
      this.logger.warn(
        `message ${message.id} to ${where}, try ${attempts}: ${error}${state === 'given_up' ? '; given up' : ''}`,
      );
    }
    await this.writer.write((manager) =>
      manager.update(
        WebhookDeliveryEntity,
        { id: message.id },
        {
          state,
          attempts,
          nextAttemptAt: Date.now() + (state === 'waiting' ? (pause ?? 0) : 0),
          lastError: error,
        },
      ),
    );
  }

  private async forgetOld(): Promise<void> {
    const old = { state: In(['delivered', 'given_up']), nextAttemptAt: LessThan(Date.now() - KEEP_MS) };
    if ((await this.dataSource.manager.countBy(WebhookDeliveryEntity, old)) === 0) return;
    await this.writer.write((manager) => manager.delete(WebhookDeliveryEntity, old));
  }
}
