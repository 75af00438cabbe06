/** What a Redis client is made with. Holds a secret. */
export interface RedisOptions {
  host: string;
  port: number;
  db: number;
  username?: string;
  password?: string;
  /** with the certificates that Node trusts; more of them by NODE_EXTRA_CA_CERTS */
  tls?: Record<string, never>;
  retryStrategy: (times: number) => number;
}

const LONGEST_PAUSE_MS = 1000;

/** @param url `redis://` or `rediss://`, with user and password as a URL writes them */
function redisOptionsOf(url: string): RedisOptions {
  const { protocol, hostname, port, pathname, username, password } = new URL(url);
  const db = Number(pathname.slice(1) || 0);
  if (!Number.isInteger(db)) throw new Error(`the number of the database in the URL of Redis is wrong`);
  return {
    // An IPv6 address stands in brackets in a URL, and without them everywhere else.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 6379),
    db,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
    // Somebody waits for work as long as Redis is away, so that it is soon asked again.
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_PAUSE_MS),
  };
}

/** Where Redis is; known before the Nest application starts. */
export class RedisConnection {
  readonly options: RedisOptions;
  /** as nodes on other machines reach it, unless the server runs it itself */
  readonly forNodes: RedisOptions;

  /**
   * @param builtIn run by the server itself, on loopback alone
   * @throws Error when a URL cannot be understood
   */
  constructor(
    url: string,
    readonly builtIn: boolean,
    nodesUrl: string | null = null,
  ) {
    this.options = redisOptionsOf(url);
    this.forNodes = nodesUrl === null ? this.options : redisOptionsOf(nodesUrl);
  }

  /** host and port alone */
  get address(): string {
    return addressOf(this.options);
  }
}

/** host and port alone, as a URL writes them */
export function addressOf({ host, port }: Pick<RedisOptions, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether a host is the machine itself, whoever says it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
