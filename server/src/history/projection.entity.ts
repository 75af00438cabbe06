import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How the sizes of a library's new files compared with what was expected of them, for one kind of file. */
@Entity('projection')
export class ProjectionEntity {
  @PrimaryColumn({ type: 'integer' })
  libraryId!: number;

  /** source codec, height class and target codec, such as `h264/1080/av1` */
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'integer' })
  count!: number;

  /** of ln(actual size / projected size), the projection without any correction */
  @Column({ type: 'real' })
  sumLogRatio!: number;

  /** of |actual size - expected size| / actual size, the expectation as it was, with its correction */
  @Column({ type: 'real' })
  sumAbsError!: number;
}
