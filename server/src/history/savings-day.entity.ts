import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Savings of one library on one day (UTC): what the dashboard adds up instead of the whole history. */
@Entity('savings_day')
export class SavingsDayEntity {
  /** `YYYY-MM-DD` */
  @PrimaryColumn({ type: 'text' })
  day!: string;

  @PrimaryColumn({ type: 'integer' })
  libraryId!: number;

  @Column({ type: 'integer' })
  files!: number;

  /** bytes of the sources */
  @Column({ type: 'integer' })
  sourceSize!: number;

  @Column({ type: 'integer' })
  saved!: number;
}
