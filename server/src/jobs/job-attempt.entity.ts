import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One lease on a job: who had it, and how it ended. */
@Entity('job_attempt')
@Index('job_attempt_number', ['jobId', 'number'], { unique: true })
export class JobAttemptEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'integer' })
  jobId!: number;

  @Column({ type: 'integer' })
  number!: number;

  @Column({ type: 'integer', nullable: true })
  nodeId!: number | null;

  @Column({ type: 'text', nullable: true })
  nodeName!: string | null;

  @Column({ type: 'integer' })
  startedAt!: number;

  @Column({ type: 'integer', nullable: true })
  endedAt!: number | null;

  /** the state that it ended in, `lost` when the lease ran out, `yielded` when it waits for children */
  @Column({ type: 'text', nullable: true })
  outcome!: string | null;

  @Column({ type: 'text', nullable: true })
  errorCode!: string | null;

  @Column({ type: 'text', nullable: true })
  errorMessage!: string | null;
}
