import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How many files, and bytes, a library has in each status. Kept by triggers on `media_file`, `trash_entry`
 * (status `in_trash`) and `job` (`job:pending` ..., library 0 for jobs of none), so that no page ever has to
 * count a million rows.
 */
@Entity('library_tally')
export class LibraryTallyEntity {
  @PrimaryColumn({ type: 'integer' })
  libraryId!: number;

  @PrimaryColumn({ type: 'text' })
  status!: string;

  @Column({ type: 'integer' })
  files!: number;

  @Column({ type: 'integer' })
  size!: number;
}
