import type { FileStatus } from '#contracts';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * A media file of a library, by path. Identity is path, size and mtime; the inode is a hint, because FUSE, NFS
 * and overlay file systems number anew at every mount.
 */
@Entity('media_file')
@Index('media_file_path', ['libraryId', 'directory', 'name'], { unique: true })
@Index('media_file_status', ['libraryId', 'status', 'profileHash', 'directory'])
@Index('media_file_identity', ['size', 'mtimeNs'])
@Index('media_file_size', ['libraryId', 'size'])
export class MediaFileEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'integer' })
  libraryId!: number;

  /** path of the folder inside the library, with `/`, without a trailing one; '' is the library itself */
  @Column({ type: 'text' })
  directory!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'integer' })
  size!: number;

  /** nanoseconds since the epoch; 64 bits do not fit into a double */
  @Column({ type: 'text' })
  mtimeNs!: string;

  /** device and inode, `dev:ino` */
  @Column({ type: 'text' })
  inode!: string;

  /** SHA-256 over size, head and tail (see common/head-tail-hash); null until probed */
  @Column({ type: 'text', nullable: true })
  headTailHash!: string | null;

  /** names that it has (hard links) */
  @Column({ type: 'integer', default: 1 })
  links!: number;

  @Column({ type: 'text' })
  status!: FileStatus;

  /** what a missing file's status was, and will be if it is found again unchanged */
  @Column({ type: 'text', nullable: true })
  statusBefore!: FileStatus | null;

  @Column({ type: 'text', nullable: true })
  reasonCode!: string | null;

  @Column({ type: 'text', nullable: true })
  reasonMessage!: string | null;

  /** of the profile that decided the status */
  @Column({ type: 'text', nullable: true })
  profileHash!: string | null;

  /** bytes */
  @Column({ type: 'integer', nullable: true })
  expectedSaving!: number | null;

  @Column({ type: 'text', nullable: true })
  container!: string | null;

  @Column({ type: 'text', nullable: true })
  videoCodec!: string | null;

  @Column({ type: 'integer', nullable: true })
  width!: number | null;

  @Column({ type: 'integer', nullable: true })
  height!: number | null;

  @Column({ type: 'real', nullable: true })
  durationSeconds!: number | null;

  /** the engine's MediaInfo as JSON, so that a changed profile needs no new probe */
  @Column({ type: 'text', nullable: true, select: false })
  mediaInfo!: string | null;

  @Column({ type: 'integer' })
  updatedAt!: number;
}
