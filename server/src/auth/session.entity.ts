import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A signed-in browser. Only the hash of its cookie is kept. */
@Entity('session')
@Index('session_expires', ['expiresAt'])
export class SessionEntity {
  /** SHA-256 of the cookie's value, hex */
  @PrimaryColumn({ type: 'text' })
  idHash!: string;

  @Column({ type: 'integer' })
  createdAt!: number;

  @Column({ type: 'integer' })
  expiresAt!: number;
}
