import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { execa } from 'execa';
import { findOnPath } from '#engine/tools/find-on-path.js';
import type { StoredUser } from './redis-users.js';

/** @returns a TCP port of the loopback interface that nobody listens on */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

export interface RedisProcess {
  stop(): Promise<void>;
  kill(): void;
  /** settles when the server has ended, wanted or not */
  ended: Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

/**
 * Runs a redis-server of our own: loopback only, nothing written to disk, because SQLite owns all state. The configuration goes in by standard input, so that the password shows in no process list.
 * @throws Error when redis-server is missing or does not start; what it said is in the message
 */
export async function startRedisProcess(
  folder: string,
  port: number,
  password: string,
  users: readonly StoredUser[],
): Promise<RedisProcess> {
  if ((await findOnPath('redis-server')) === null) {
    throw new Error('redis-server is not installed; install it, or point BOILARR_REDIS_URL at one');
  }
  await mkdir(folder, { recursive: true });
  const configuration = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    'save ""',
    'appendonly no',
    'daemonize no',
    // A few jobs a node take a thousandth of it; a node gone wrong must not take the machine's.
    'maxmemory 256mb',
    'maxmemory-policy noeviction',
    ...users.map(({ name, rules }) => `user ${name} ${rules.join(' ')}`),
    '',
  ].join('\n');
  const wrapped = process.platform === 'linux' && (await findOnPath('setpriv')) !== null;
  const command = ['redis-server', '-'];
  const [file = 'redis-server', ...args] = wrapped
    ? ['setpriv', '--pdeathsig', 'KILL', '--', ...command]
    : command;
  const child = execa(file, args, {
    reject: false,
    input: configuration,
    // Ctrl-C reaches the whole group of a terminal; Redis must outlive the goodbyes of the others
    detached: true,
    all: true,
    maxBuffer: 100_000,
  });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new Error(`redis-server did not start within ${START_TIMEOUT_MS / 1000} s: ${output.slice(-500)}`),
      );
    }, START_TIMEOUT_MS);
    child.all.setEncoding('utf8').on('data', (chunk: string) => {
      if (output.length < 10_000) output += chunk;
      if (!output.includes('Ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
    void child.then(() => {
      clearTimeout(timer);
      reject(new Error(`redis-server ended at once: ${output.slice(-500)}`));
    });
  });
  const ended = child.then(() => undefined);
  try {
    await ready;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    ended,
    kill: () => {
      child.kill('SIGKILL');
    },
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await child;
      clearTimeout(timer);
    },
  };
}
