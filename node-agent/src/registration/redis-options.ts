import type { RedisAccess } from '#contracts';
import type { QueueOptions } from 'bull';

type RedisOptions = Exclude<QueueOptions['redis'], string | undefined>;

/**
 * What Bull's Redis client needs.
 * @param serverUrl as this node reaches the server: Redis is on the same machine unless the server says otherwise
 */
export function redisOptions(access: RedisAccess, serverUrl: string): RedisOptions {
  return {
    // An IPv6 address stands in brackets in a URL, and without them everywhere else.
    host: access.host ?? new URL(serverUrl).hostname.replace(/^\[(.*)\]$/, '$1'),
    port: access.port,
    db: access.db,
    ...(access.username === null ? {} : { username: access.username }),
    ...(access.password === null ? {} : { password: access.password }),
    ...(access.tls ? { tls: {} } : {}),
  };
}
