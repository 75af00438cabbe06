import { IsNull, Not, type DataSource } from 'typeorm';
import { NodeEntity } from '../nodes/node.entity.js';
import { storedInstance } from '../settings/settings.service.js';

/**
 * What Bull needs to take a job out of a queue and to complete it: commands of its client, and those of its scripts,
 * for Redis asks for the right to these too. Nothing that reaches beyond the keys named, so no SCAN and no KEYS.
 */
export const NODE_COMMANDS = [
  ...['info', 'ping', 'select', 'quit', 'eval', 'evalsha', 'brpoplpush', 'rpoplpush', 'publish'],
  ...['exists', 'del', 'get', 'set', 'incr', 'pttl', 'psetex'],
  ...['hget', 'hset', 'hmset', 'hmget', 'hgetall', 'hdel', 'hincrby'],
  ...['lindex', 'linsert', 'llen', 'lpush', 'lrem', 'ltrim', 'rpush'],
  ...['sadd', 'srem', 'scard', 'sismember'],
  ...['zadd', 'zcount', 'zrem', 'zrange', 'zrangebyscore', 'zremrangebyrank', 'zremrangebyscore'],
  ...['zrevrange', 'zrevrangebyscore'],
] as const;

/** What all names of one installation begin with: several may share one Redis. */
export function redisPrefix(instance: string): string {
  return `boilarr-${instance}-`;
}

/** The name of a node's user at Redis; its queues' names begin with it. */
export function redisUser(instance: string, nodeId: number): string {
  return `${redisPrefix(instance)}node-${nodeId}`;
}

/** @returns the id of the node that a user is for, null for one that is none of this installation's */
export function nodeOfUser(instance: string, user: string): number | null {
  const prefix = redisUser(instance, 0).slice(0, -1);
  const id = user.startsWith(prefix) ? user.slice(prefix.length) : '';
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}

/**
 * The rules of a node's user, as `ACL SETUSER` and a configuration file take them: its own queues, and no more.
 * @param passwordHash SHA-256, hex
 */
export function userRules(instance: string, nodeId: number, passwordHash: string): string[] {
  const queues = `bull:${redisUser(instance, nodeId)}-*`;
  return [
    ...['reset', 'on', `#${passwordHash}`, `~${queues}`, `&${queues}`],
    ...NODE_COMMANDS.map((command) => `+${command}`),
  ];
}

/** A user of a node that has registered, from what SQLite keeps of it. */
export interface StoredUser {
  nodeId: number;
  name: string;
  rules: string[];
}

export async function storedUsers(dataSource: DataSource): Promise<StoredUser[]> {
  const instance = await storedInstance(dataSource);
  if (instance === null) return [];
  const nodes = await dataSource.manager.find(NodeEntity, {
    select: { id: true, redisHash: true },
    where: { redisHash: Not(IsNull()) },
  });
  return nodes.flatMap(({ id, redisHash }) =>
    redisHash === null
      ? []
      : [{ nodeId: id, name: redisUser(instance, id), rules: userRules(instance, id, redisHash) }],
  );
}
