import type { StepState } from '#contracts';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A step of a job, and the fields that it added once completed: the checkpoint that a new attempt starts from. */
@Entity('job_step')
@Index('job_step_index', ['jobId', 'index'], { unique: true })
export class JobStepEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'integer' })
  jobId!: number;

  @Column({ type: 'integer' })
  index!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'integer' })
  attempt!: number;

  @Column({ type: 'text' })
  state!: StepState;

  @Column({ type: 'simple-json', nullable: true })
  fields!: Record<string, unknown> | null;

  @Column({ type: 'integer', nullable: true })
  startedAt!: number | null;

  @Column({ type: 'integer', nullable: true })
  endedAt!: number | null;
}
