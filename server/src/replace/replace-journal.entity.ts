import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

export type JournalKind = 'replace' | 'restore';
export type JournalState = 'open' | 'done' | 'undone';

/**
 * What is about to be done to a library file, committed before anything changes. Recovery at start walks the
 * open rows; what a row says and what lies on disk tell together how far it got.
 */
@Entity('replace_journal')
@Index('replace_journal_state', ['state'])
export class ReplaceJournalEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text' })
  kind!: JournalKind;

  @Column({ type: 'text' })
  state!: JournalState;

  @Column({ type: 'integer', nullable: true })
  jobId!: number | null;

  @Column({ type: 'integer', nullable: true })
  fileId!: number | null;

  @Column({ type: 'integer' })
  libraryId!: number;

  /** absolute paths */
  @Column({ type: 'text' })
  sourcePath!: string;

  @Column({ type: 'text' })
  stagedPath!: string;

  @Column({ type: 'text' })
  finalPath!: string;

  @Column({ type: 'text' })
  trashPath!: string;

  @Column({ type: 'integer' })
  sourceSize!: number;

  @Column({ type: 'text' })
  sourceMtimeNs!: string;

  /** head and tail hash of the source as it was claimed */
  @Column({ type: 'text' })
  sourceHash!: string;

  @Column({ type: 'integer' })
  stagedSize!: number;

  /** SHA-256 of the whole staged file */
  @Column({ type: 'text' })
  stagedSha256!: string;

  /** what closing the row writes: history, savings, file */
  @Column({ type: 'simple-json' })
  closing!: Record<string, unknown>;

  @Column({ type: 'integer' })
  openedAt!: number;

  @Column({ type: 'integer', nullable: true })
  closedAt!: number | null;

  /** what recovery did, or why it was undone */
  @Column({ type: 'text', nullable: true })
  note!: string | null;
}
