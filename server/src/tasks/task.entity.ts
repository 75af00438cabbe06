import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A scheduled task's memory: its last run survives a restart. */
@Entity('task')
export class TaskEntity {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'integer', nullable: true })
  lastRunAt!: number | null;

  @Column({ type: 'integer', nullable: true })
  lastDurationMs!: number | null;

  @Column({ type: 'text', nullable: true })
  lastError!: string | null;
}
