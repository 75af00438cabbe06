import type { Capabilities, Lane, NodeSettings, PathMapping, PauseMode, Schedule } from '#contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** How a node gets at a library, as it was last found out; see contracts' `nodeReach`. */
export interface StoredReach {
  libraryId: number;
  way: 'same' | 'mapped' | 'transfer' | 'none';
  nodePath: string | null;
  problem: string | null;
}

/** A machine that works: its slots, what its tools can do, and the hashes of what it shows at server and Redis. */
@Entity('node')
export class NodeEntity implements NodeSettings {
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

  /** SHA-256 of its password at Redis, hex: enough to make its user again there; null: it has never registered */
  @Column({ type: 'text', nullable: true })
  redisHash!: string | null;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  @Column({ type: 'integer' })
  cpuSlots!: number;

  @Column({ type: 'integer' })
  gpuSlots!: number;

  @Column({ type: 'simple-json', default: '{}' })
  gpuDevices!: Record<string, number>;

  @Column({ type: 'simple-json' })
  lanes!: Lane[];

  @Column({ type: 'integer', default: 0 })
  threadsPerJob!: number;

  @Column({ type: 'integer', default: 10 })
  nice!: number;

  @Column({ type: 'text', default: 'low' })
  ioPriority!: NodeSettings['ioPriority'];

  @Column({ type: 'integer', default: 0 })
  weight!: number;

  @Column({ type: 'simple-json', default: '[]' })
  tags!: string[];

  @Column({ type: 'simple-json', default: '[]' })
  pathMappings!: PathMapping[];

  @Column({ type: 'text', default: 'fallback' })
  transfer!: NodeSettings['transfer'];

  @Column({ type: 'boolean', default: false })
  copySources!: boolean;

  @Column({ type: 'integer', default: 2 })
  parallelCopies!: number;

  @Column({ type: 'integer', default: 0 })
  transferLimit!: number;

  @Column({ type: 'simple-json', nullable: true })
  schedule!: Schedule | null;

  @Column({ type: 'text', default: 'afterJob' })
  outsideSchedule!: PauseMode;

  @Column({ type: 'integer', default: 0 })
  pauseAboveCpu!: number;

  /** how somebody has paused it; null: nobody has */
  @Column({ type: 'text', nullable: true })
  paused!: PauseMode | null;

  @Column({ type: 'text', nullable: true })
  version!: string | null;

  @Column({ type: 'simple-json', nullable: true })
  capabilities!: Capabilities | null;

  /** one entry a library that it was asked about */
  @Column({ type: 'simple-json', default: '[]' })
  reach!: StoredReach[];

  @Column({ type: 'integer', nullable: true })
  lastSeenAt!: number | null;

  @Column({ type: 'integer' })
  createdAt!: number;
}
