import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A `.boilarr.yaml` in a library's folder, as the last scan found it. */
@Entity('folder_profile')
export class FolderProfileEntity {
  @PrimaryColumn({ type: 'integer' })
  libraryId!: number;

  /** of the folder that it lies in, inside the library; '' is the library itself */
  @PrimaryColumn({ type: 'text' })
  directory!: string;

  /** size and times: tells whether the file must be read again; '' always */
  @Column({ type: 'text' })
  stamp!: string;

  /** the file's content; null when it could not be had */
  @Column({ type: 'text', nullable: true })
  text!: string | null;

  /** the last content that could be made into a profile, which is in force; null: there has been none */
  @Column({ type: 'text', nullable: true })
  validText!: string | null;

  /** why there is no content */
  @Column({ type: 'text', nullable: true })
  problem!: string | null;

  /** whole sentences; empty when all is well */
  @Column({ type: 'simple-json' })
  errors!: string[];

  /** ms since the epoch at which the row was last written */
  @Column({ type: 'integer' })
  checkedAt!: number;
}
