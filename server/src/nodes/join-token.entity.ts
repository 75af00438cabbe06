import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What lets new nodes in, for a while. Only the hash is kept. */
@Entity('join_token')
export class JoinTokenEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** SHA-256, hex */
  @Column({ type: 'text', unique: true })
  tokenHash!: string;

  @Column({ type: 'integer' })
  createdAt!: number;

  @Column({ type: 'integer' })
  expiresAt!: number;

  @Column({ type: 'integer' })
  usesLeft!: number;
}
