import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

export type TrashState = 'held' | 'restored' | 'emptied';

/** An original that was replaced and can be had back. */
@Entity('trash_entry')
@Index('trash_entry_state', ['state', 'createdAt'])
@Index('trash_entry_size', ['state', 'size'])
@Index('trash_entry_library_size', ['libraryId', 'state', 'size'])
@Index('trash_entry_journal', ['journalId'])
@Index('trash_entry_age', ['libraryId', 'state', 'createdAt'])
@Index('trash_entry_kept', ['libraryId'], { where: `"state" = 'held' AND "note" IS NOT NULL` })
export class TrashEntryEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'integer' })
  libraryId!: number;

  @Column({ type: 'integer', nullable: true })
  fileId!: number | null;

  @Column({ type: 'integer' })
  journalId!: number;

  @Column({ type: 'text' })
  state!: TrashState;

  @Column({ type: 'text' })
  originalPath!: string;

  @Column({ type: 'text' })
  replacementPath!: string;

  @Column({ type: 'text' })
  trashPath!: string;

  @Column({ type: 'integer' })
  size!: number;

  /** why it is kept beyond its time, or what became of it */
  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ type: 'integer' })
  createdAt!: number;

  /** ms since the epoch at which it left the trash */
  @Column({ type: 'integer', nullable: true })
  endedAt!: number | null;
}
