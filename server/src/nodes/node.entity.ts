import type { Capabilities, Lane } from '#contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A machine that works: its slots, what its tools can do, and the hash of the token that it shows. */
@Entity('node')
export class NodeEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text', unique: true })
  name!: string;

  /** the one that the server starts as its own child */
  @Column({ type: 'boolean' })
  builtIn!: boolean;

  /** SHA-256, hex */
  @Column({ type: 'text', unique: true })
  tokenHash!: string;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  @Column({ type: 'integer' })
  cpuSlots!: number;

  @Column({ type: 'integer' })
  gpuSlots!: number;

  @Column({ type: 'simple-json' })
  lanes!: Lane[];

  @Column({ type: 'text', nullable: true })
  version!: string | null;

  @Column({ type: 'simple-json', nullable: true })
  capabilities!: Capabilities | null;

  @Column({ type: 'integer', nullable: true })
  lastSeenAt!: number | null;

  @Column({ type: 'integer' })
  createdAt!: number;
}
