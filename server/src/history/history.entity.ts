import type { HISTORY_EVENTS, MediaFacts } from '#contracts';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What happened to a file, for good: written in the transaction that closes the journal row. */
@Entity('history')
@Index('history_at', ['at'])
@Index('history_library', ['libraryId', 'at'])
@Index('history_saving', ['saving'])
@Index('history_trash', ['trashEntryId'])
export class HistoryEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text' })
  event!: (typeof HISTORY_EVENTS)[number];

  @Column({ type: 'integer', nullable: true })
  jobId!: number | null;

  @Column({ type: 'integer', nullable: true })
  fileId!: number | null;

  @Column({ type: 'integer', nullable: true })
  libraryId!: number | null;

  /** kept by name too: the library may be removed later */
  @Column({ type: 'text', nullable: true })
  libraryName!: string | null;

  @Column({ type: 'text' })
  sourcePath!: string;

  @Column({ type: 'text' })
  finalPath!: string;

  @Column({ type: 'simple-json' })
  source!: MediaFacts;

  @Column({ type: 'simple-json' })
  output!: MediaFacts;

  @Column({ type: 'text', nullable: true })
  profileName!: string | null;

  @Column({ type: 'text', nullable: true })
  profileHash!: string | null;

  @Column({ type: 'text', nullable: true })
  command!: string | null;

  @Column({ type: 'text', nullable: true })
  encoderVersion!: string | null;

  @Column({ type: 'text', nullable: true })
  nodeName!: string | null;

  @Column({ type: 'real', nullable: true })
  elapsedSeconds!: number | null;

  @Column({ type: 'integer' })
  saving!: number;

  @Column({ type: 'integer', nullable: true })
  trashEntryId!: number | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ type: 'integer' })
  at!: number;
}
