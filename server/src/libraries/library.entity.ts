import type { HardLinkPolicy, JobOrder } from '#contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A folder that Boilarr looks after. */
@Entity('library')
export class LibraryEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text', unique: true })
  name!: string;

  /** absolute, without a trailing slash */
  @Column({ type: 'text', unique: true })
  path!: string;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  @Column({ type: 'text' })
  profile!: string;

  @Column({ type: 'simple-json' })
  extensions!: string[];

  @Column({ type: 'integer' })
  minimumSize!: number;

  @Column({ type: 'integer' })
  minimumAgeSeconds!: number;

  @Column({ type: 'simple-json' })
  ignore!: string[];

  @Column({ type: 'integer' })
  scanIntervalSeconds!: number;

  @Column({ type: 'integer' })
  weight!: number;

  @Column({ type: 'text' })
  order!: JobOrder;

  @Column({ type: 'text' })
  hardLinks!: HardLinkPolicy;

  @Column({ type: 'boolean', default: false })
  review!: boolean;

  @Column({ type: 'integer', default: 30 })
  trashKeepDays!: number;

  @Column({ type: 'integer', default: 0 })
  trashMaximumSize!: number;

  @Column({ type: 'simple-json', default: '[]' })
  nodeTags!: string[];

  @Column({ type: 'text' })
  webhookUrl!: string;

  /** ms since the epoch */
  @Column({ type: 'integer', nullable: true })
  lastScanAt!: number | null;

  @Column({ type: 'integer' })
  createdAt!: number;
}
