import type { Ending, JobInput, JobState, Lane } from '#contracts';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What a job is that could begin at once, if only there were a node for it; the very words of the index `job_lot_order`. */
export const WAITS = `"state" = 'pending' AND "openChildren" = 0 AND "notBefore" IS NULL`;

/** One piece of work. SQLite owns its state; Bull only hands it over. */
@Entity('job')
@Index('job_priority', ['state', 'openChildren', 'front', 'weight', 'orderKey', 'orderText', 'id'])
@Index('job_lot_order', ['lotId', 'front', 'weight', 'orderKey', 'orderText', 'id'], { where: WAITS })
@Index('job_put_off', ['notBefore'], { where: `"state" = 'pending' AND "notBefore" IS NOT NULL` })
@Index('job_parent', ['parentId'])
@Index('job_file', ['fileId'])
@Index('job_open_file', ['fileId'], {
  unique: true,
  where: `"parentId" IS NULL AND "state" NOT IN ('completed', 'skipped', 'failed_permanent', 'cancelled')`,
})
@Index('job_node', ['nodeId', 'state'])
@Index('job_updated', ['state', 'updatedAt'])
export class JobEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'integer', nullable: true })
  parentId!: number | null;

  /** tells children of one parent apart */
  @Column({ type: 'text', nullable: true })
  childKey!: string | null;

  @Column({ type: 'text' })
  pipeline!: string;

  @Column({ type: 'text' })
  ending!: Ending;

  /** absolute folder that a publish ending writes into */
  @Column({ type: 'text', nullable: true })
  publishRoot!: string | null;

  @Column({ type: 'integer', nullable: true })
  libraryId!: number | null;

  @Column({ type: 'integer', nullable: true })
  fileId!: number | null;

  @Column({ type: 'text' })
  title!: string;

  /** the lane that it was last handed out on, or would be; see `lotId` for those it may be */
  @Column({ type: 'text' })
  lane!: Lane;

  /** which nodes can do it; null: not found out yet */
  @Column({ type: 'integer', nullable: true })
  lotId!: number | null;

  @Column({ type: 'text' })
  state!: JobState;

  @Column({ type: 'simple-json' })
  params!: Record<string, unknown>;

  @Column({ type: 'simple-json' })
  inputs!: JobInput[];

  /** bytes of all inputs */
  @Column({ type: 'integer' })
  size!: number;

  @Column({ type: 'integer', nullable: true })
  expectedSaving!: number | null;

  @Column({ type: 'text', nullable: true })
  profileName!: string | null;

  @Column({ type: 'text', nullable: true })
  profileHash!: string | null;

  /** 0, or a growing number for each time that a job was moved to the front */
  @Column({ type: 'integer' })
  front!: number;

  @Column({ type: 'integer' })
  weight!: number;

  /** larger goes first; what it means is the library's order */
  @Column({ type: 'real' })
  orderKey!: number;

  /** smaller goes first, after `orderKey` */
  @Column({ type: 'text' })
  orderText!: string;

  /** children that have not completed; above 0 the job waits */
  @Column({ type: 'integer' })
  openChildren!: number;

  /** attempts begun so far */
  @Column({ type: 'integer' })
  attempt!: number;

  @Column({ type: 'integer' })
  maxAttempts!: number;

  /** counts dispatches, so that a job put back into a wiped Redis is not taken for a duplicate */
  @Column({ type: 'integer' })
  epoch!: number;

  /** node whose queue holds it, or that works on it */
  @Column({ type: 'integer', nullable: true })
  nodeId!: number | null;

  /** SHA-256 of the newest lease's token; it stays when the lease has run out, until a successor is granted */
  @Column({ type: 'text', nullable: true })
  leaseHash!: string | null;

  @Column({ type: 'integer', nullable: true })
  leaseExpiresAt!: number | null;

  /** ms since the epoch; dispatch makes it null when its time has come */
  @Column({ type: 'integer', nullable: true })
  notBefore!: number | null;

  /** since when it has been put off for the same reason; null while nothing keeps it waiting */
  @Column({ type: 'integer', nullable: true })
  deferredSince!: number | null;

  /** when a person approved its output; null: nobody has, or nobody needs to */
  @Column({ type: 'integer', nullable: true })
  approvedAt!: number | null;

  @Column({ type: 'text', nullable: true })
  reasonCode!: string | null;

  @Column({ type: 'text', nullable: true })
  reasonMessage!: string | null;

  /** what the agent delivered: outputs and result; kept so that a restart can go on with `replacing` */
  @Column({ type: 'simple-json', nullable: true })
  delivery!: Record<string, unknown> | null;

  @Column({ type: 'integer' })
  createdAt!: number;

  @Column({ type: 'integer' })
  updatedAt!: number;
}
