import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A profile, by its hash, that would encode its own output again and again. Nothing is started with it. */
@Entity('repeating_profile')
export class RepeatingProfileEntity {
  @PrimaryColumn({ type: 'text' })
  hash!: string;

  @Column({ type: 'text', nullable: true })
  profileName!: string | null;

  /** of the job that found it out: the file's path in its library */
  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text' })
  message!: string;

  @Column({ type: 'integer' })
  at!: number;
}
