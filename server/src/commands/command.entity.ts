import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

export type CommandStatus = 'queued' | 'started' | 'completed' | 'failed';

/** Something that a person or a schedule asked for, and what came of it. */
@Entity('command')
@Index('command_queued', ['queuedAt'])
export class CommandEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'simple-json' })
  body!: Record<string, unknown>;

  @Column({ type: 'text' })
  status!: CommandStatus;

  @Column({ type: 'text', nullable: true })
  message!: string | null;

  @Column({ type: 'integer' })
  queuedAt!: number;

  @Column({ type: 'integer', nullable: true })
  startedAt!: number | null;

  @Column({ type: 'integer', nullable: true })
  endedAt!: number | null;
}
