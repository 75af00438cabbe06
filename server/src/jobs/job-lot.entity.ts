import type { Needs } from '#engine/command/encoders/needs.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a job needs of its node; see `job-needs`. Plain JSON, because it is kept as text. */
export interface JobNeeds extends Needs {
  pipeline: string;
}

/**
 * A kind of work: all waiting jobs of one lot can be done by the same nodes, so that the next job of a node is the first
 * of its lots' firsts, however many jobs wait that it must not take. There are a few lots for each library.
 */
@Entity('job_lot')
export class JobLotEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** all the rest in one text, so that it is unique also where there is no library */
  @Column({ type: 'text', unique: true })
  key!: string;

  /** the slot that it wants; `any`: a GPU's or a CPU's */
  @Column({ type: 'text' })
  slot!: 'cpu' | 'gpu' | 'any';

  @Column({ type: 'boolean' })
  large!: boolean;

  @Column({ type: 'integer', nullable: true })
  libraryId!: number | null;

  @Column({ type: 'simple-json' })
  needs!: JobNeeds;
}
