import type { WebhookBody } from '#contracts';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A message on its way to a library's webhook; in SQLite, so that a restart forgets none. */
@Entity('webhook_delivery')
@Index('webhook_delivery_due', ['state', 'nextAttemptAt'])
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text' })
  state!: 'waiting' | 'delivered' | 'given_up';

  @Column({ type: 'text' })
  url!: string;

  @Column({ type: 'simple-json' })
  body!: WebhookBody;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ type: 'integer' })
  nextAttemptAt!: number;

  @Column({ type: 'text', nullable: true })
  lastError!: string | null;
}
