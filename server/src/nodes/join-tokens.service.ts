import { randomBytes } from 'node:crypto';
import { ConflictException, Injectable, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { JOIN_TOKEN, type JoinToken, type NewJoinToken } from '#contracts';
import { DataSource, LessThan, type EntityManager } from 'typeorm';
import { sha256Hex } from '../common/sha256.js';
import { DbWriter } from '../database/db-writer.js';
import { JoinTokenEntity } from './join-token.entity.js';

const HOUR_MS = 3_600_000;

/** ms that a token is remembered after its time, so that whoever still uses it hears why it is refused. */
const REMEMBERED_MS = 7 * 24 * HOUR_MS;

const MOST_TOKENS = 500;

/** What lets new nodes in: each token for a while and for so many nodes. Only hashes are kept. */
@Injectable()
export class JoinTokensService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
  ) {}

  /** @returns the token in clear text too: it is not told again */
  async create(wanted: NewJoinToken): Promise<{ joinToken: JoinToken; token: string }> {
    const token = `join_${randomBytes(24).toString('hex')}`;
    const now = Date.now();
    const row = await this.writer.write(async (manager) => {
      await manager.delete(JoinTokenEntity, { expiresAt: LessThan(now - REMEMBERED_MS) });
      if ((await manager.count(JoinTokenEntity)) >= MOST_TOKENS)
        throw new ConflictException(`there are ${MOST_TOKENS} join tokens; delete some that are not needed`);
      const created = manager.create(JoinTokenEntity, {
        tokenHash: sha256Hex(token),
        createdAt: now,
        expiresAt: now + wanted.validHours * HOUR_MS,
        usesLeft: wanted.uses,
      });
      await manager.insert(JoinTokenEntity, created);
      return created;
    });
    return { joinToken: toJoinToken(row), token };
  }

  /** Newest first; also those that are used up, until they are forgotten. */
  async list(): Promise<JoinToken[]> {
    const rows = await this.dataSource.manager.find(JoinTokenEntity, { order: { id: 'DESC' } });
    return rows.map(toJoinToken);
  }

  async remove(id: number): Promise<void> {
    const { affected } = await this.writer.write((manager) => manager.delete(JoinTokenEntity, { id }));
    if (affected === 0) throw new NotFoundException(`there is no join token ${id}`);
  }

  /**
   * Counts a token down, inside the transaction that makes the node.
   * @throws UnauthorizedException saying why it lets nobody in
   */
  async use(manager: EntityManager, token: string): Promise<void> {
    const row = await usable(manager, token);
    await manager.update(JoinTokenEntity, { id: row.id }, { usesLeft: row.usesLeft - 1 });
  }
}

/** A token is found by its hash, so that the time that takes says nothing of what a right one looks like. */
async function usable(manager: EntityManager, token: string): Promise<JoinTokenEntity> {
  const row = JOIN_TOKEN.test(token)
    ? await manager.findOneBy(JoinTokenEntity, { tokenHash: sha256Hex(token) })
    : null;
  const refuse = (what: string) => new UnauthorizedException(`${what}; make a new one on the Nodes page`);
  if (row === null) throw refuse('this join token is not known here');
  if (row.expiresAt <= Date.now())
    throw refuse(`this join token expired at ${new Date(row.expiresAt).toISOString()}`);
  if (row.usesLeft < 1) throw refuse('this join token is used up');
  return row;
}

function toJoinToken(row: JoinTokenEntity): JoinToken {
  return {
    id: row.id,
    createdAt: new Date(row.createdAt).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
    usesLeft: row.usesLeft,
  };
}
