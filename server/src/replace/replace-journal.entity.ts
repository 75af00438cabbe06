import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { JournalClosing } from './closing-record.js';

export type JournalKind = 'replace' | 'restore';
/** `staging`: at most the staged file lies beside the source; `open`: the library itself may be changing */
export type JournalState = 'staging' | 'open' | 'done' | 'undone';

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

  /** where the staged file came from: the node's work folder, or the trash for a restore */
  @Column({ type: 'text' })
  deliveredPath!: string;

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

  /** head and tail hash of the source as it was claimed; '' when there is none to move away (some restores) */
  @Column({ type: 'text' })
  sourceHash!: string;

  @Column({ type: 'integer' })
  stagedSize!: number;

  /** SHA-256 of the whole staged file; for a restore, which must not read it all, the head and tail hash */
  @Column({ type: 'text' })
  stagedSha256!: string;

  /** what closing the row writes: history, savings, file */
  @Column({ type: 'simple-json' })
  closing!: JournalClosing;

  @Column({ type: 'integer' })
  openedAt!: number;

  @Column({ type: 'integer', nullable: true })
  closedAt!: number | null;

  /** what recovery did, or why it was undone */
  @Column({ type: 'text', nullable: true })
  note!: string | null;
}
