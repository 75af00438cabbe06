import { createHash } from 'node:crypto';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { Job } from '../../contracts/src/index.js';
import { childrenOf } from '../bench/process-table.js';
import { freePort } from '../support/free-port.js';
import { makeConfig } from '../support/program.js';
import { startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { JoinedNode } from './joined-node.js';

async function start(): Promise<{ server: StartedServer; config: string }> {
  const config = await makeConfig(await temporaryFolder());
  const server = await startServer(config, [], {
    BOILARR_BUILT_IN_NODE: 'false',
    BOILARR_REMOTE_NODES: 'true',
    BOILARR_REDIS_PORT: String(await freePort()),
  });
  return { server, config };
}

/** What a node's user must not do: with Redis as a whole, and with the queues of another node. */
function forbidden(other: JoinedNode, own: JoinedNode): string[][] {
  const theirs = other.waitKey;
  const write = `return redis.call('LPUSH', '${theirs}', 'x')`;
  return [
    ...[['FLUSHALL'], ['FLUSHDB'], ['SWAPDB', '0', '1'], ['SHUTDOWN', 'NOSAVE'], ['SAVE'], ['DBSIZE']],
    ...[
      ['CONFIG', 'GET', '*'],
      ['CONFIG', 'SET', 'requirepass', ''],
      ['CONFIG', 'RESETSTAT'],
    ],
    ...[['KEYS', '*'], ['SCAN', '0'], ['RANDOMKEY'], ['MONITOR']],
    ...[
      ['FUNCTION', 'LIST'],
      ['FUNCTION', 'FLUSH'],
      ['FUNCTION', 'LOAD', '#!lua name=x\n'],
      ['FCALL', 'x', '0'],
    ],
    ...[
      ['SCRIPT', 'FLUSH'],
      ['SCRIPT', 'KILL'],
      ['SCRIPT', 'LOAD', 'return 1'],
    ],
    ...[
      ['ACL', 'LIST'],
      ['ACL', 'SETUSER', 'x', 'on', 'nopass'],
      ['ACL', 'DELUSER', 'default'],
    ],
    ...[
      ['CLIENT', 'LIST'],
      ['CLIENT', 'KILL', 'TYPE', 'normal'],
      ['REPLICAOF', 'example.org', '1'],
    ],
    ...[
      ['MODULE', 'LIST'],
      ['MIGRATE', 'example.org', '1', theirs, '0', '1'],
    ],
    // The other node's queues: read, write, move, listen, speak.
    ...[
      ['GET', theirs],
      ['LLEN', theirs],
      ['LPUSH', theirs, 'x'],
      ['DEL', theirs],
      ['HGETALL', theirs],
    ],
    ...[
      ['RPOPLPUSH', theirs, own.waitKey],
      ['BRPOPLPUSH', theirs, own.waitKey, '1'],
    ],
    ...[
      ['RPOPLPUSH', own.waitKey, theirs],
      ['COPY', theirs, own.waitKey],
      ['RENAME', theirs, own.waitKey],
    ],
    ...[
      ['SUBSCRIBE', theirs],
      ['PSUBSCRIBE', '*'],
      ['PUBLISH', theirs, 'x'],
      ['PUBLISH', 'x', 'x'],
    ],
    ...[
      ['EVAL', write, '1', theirs],
      ['EVAL', write, '0'],
      ['EVAL', write, '1', own.waitKey],
    ],
    ...[
      ['EVAL', `return redis.call('FLUSHALL')`, '0'],
      ['EVAL', `return redis.call('KEYS', '*')`, '0'],
    ],
    ['EVAL', `return redis.call('PUBLISH', '${theirs}', 'x')`, '0'],
    // Keys of nobody, and of other programs.
    ...[
      ['SET', 'x', 'y'],
      ['GET', 'x'],
      ['SET', 'bull:x', 'y'],
      ['LPUSH', `x${own.waitKey}`, 'y'],
    ],
  ];
}

/** What Redis says of a command, and of one inside of a script. */
const REFUSED = /NOPERM|The user executing the script can't/;

/** @returns what it was let do all the same */
async function allowedOf(commands: string[][], redis: Redis): Promise<string[]> {
  const allowed: string[] = [];
  for (const [command = '', ...args] of commands) {
    const said = await redis.call(command, ...args).then(
      (answer) => `${command} ${args.join(' ')} -> ${JSON.stringify(answer)}`,
      (error: unknown) => (REFUSED.test(String(error)) ? null : `${command}: ${String(error)}`),
    );
    if (said !== null) allowed.push(said);
  }
  return allowed;
}

/** That a node may do with its own queues what Bull does, whatever else is refused. */
async function usesOwnQueue(node: JoinedNode, redis: Redis): Promise<void> {
  const key = node.waitKey.replace(/:wait$/, ':of-the-test');
  expect(await redis.lpush(key, 'a')).toBe(1);
  expect(await redis.brpoplpush(key, `${key}-2`, 1)).toBe('a');
  expect(await redis.eval(`return redis.call('LLEN', KEYS[1])`, 1, `${key}-2`)).toBe(1);
  expect(await redis.publish(key, 'x')).toBe(0);
  expect(await redis.info()).toContain('redis_version');
  expect(await redis.del(`${key}-2`)).toBe(1);
}

it('lets a node do nothing at Redis but take its own jobs, also after Redis was killed', async () => {
  const { server, config } = await start();
  const [one, two] = [await JoinedNode.join(server, 'one'), await JoinedNode.join(server, 'two')];
  const [first, second] = [one.redis({ reconnects: true }), two.redis({ reconnects: true })];
  await second.lpush(two.waitKey, 'a secret');
  expect(await allowedOf(forbidden(two, one), first)).toEqual([]);
  expect(await second.lrange(two.waitKey, 0, -1).catch(() => 'refused')).toBe('refused');
  expect(await second.llen(two.waitKey)).toBe(1);
  await usesOwnQueue(one, first);

  // Nobody else may do anything.
  const stranger = one.redis({ reconnects: false }).duplicate({ username: '', password: '' });
  stranger.on('error', () => undefined);
  await expect(stranger.info()).rejects.toThrow(/NOAUTH|closed/);
  stranger.disconnect();

  // The password is known to the node alone: SQLite has its hash, which is enough to make the user again.
  const password = one.registration.redis.password ?? '';
  const database = new Database(path.join(config, 'boilarr.db'), { readonly: true });
  const row = database.prepare('SELECT * FROM "node" WHERE "id" = ?').get(one.id) as Record<string, unknown>;
  database.close();
  expect(row['redisHash']).toBe(createHash('sha256').update(password).digest('hex'));
  expect(JSON.stringify(row)).not.toContain(password);
  expect(server.output()).not.toContain(password);

  const runId = async () => /run_id:(\w+)/.exec(await first.info('server'))?.[1];
  const before = await runId();
  const redis = childrenOf(server.pid).find(({ command }) => command.includes('redis-server'));
  process.kill(redis!.pid, 'SIGKILL');
  await until('the new Redis', async () => (await runId().catch(() => before)) !== before);
  expect(await allowedOf(forbidden(two, one), first)).toEqual([]);
  await usesOwnQueue(one, first);
  await usesOwnQueue(two, second);
});

it('cuts a removed node off within five seconds, and gives its work to others', async () => {
  const { server } = await start();
  const node = await JoinedNode.join(server, 'attic');
  const other = await JoinedNode.join(server, 'cellar');
  const redis = node.redis({ reconnects: true });
  // Waits for work, as agents do most of the time.
  redis.brpoplpush(node.waitKey, `${node.waitKey}-2`, 0).catch(() => undefined);
  expect(await redis.duplicate().info()).toContain('redis_version');
  expect(await node.beat()).toBe(200);

  const refused = new Promise<string>((resolve) => {
    redis.on('error', (error: Error) => {
      if (/WRONGPASS|NOAUTH/.test(error.message)) resolve(error.message);
    });
  });
  const started = performance.now();
  await server.api('DELETE', `nodes/${node.id}`);
  expect(await node.beat()).toBe(401);
  // Its connection ended, and it is not let in again.
  expect(await refused).toMatch(/WRONGPASS|NOAUTH/);
  expect(performance.now() - started).toBeLessThan(5000);

  expect((await server.api<{ id: number }[]>('GET', 'nodes')).map(({ id }) => id)).toEqual([other.id]);
  await expect(node.register()).rejects.toThrow(/401/);
  expect((await node.post('redis-access', {})).status).toBe(401);
  expect(await other.beat()).toBe(200);
  await usesOwnQueue(other, other.redis());
  await expect(server.api('DELETE', `nodes/${node.id}`)).rejects.toThrow(/404.*there is no node/);
  expect(await server.api<Job[]>('GET', 'health')).not.toContainEqual(
    expect.objectContaining({ source: 'Redis' }),
  );
});

it('gives a new process of a node a new password, and ends what the one before had', async () => {
  const { server } = await start();
  const node = await JoinedNode.join(server, 'attic');
  const redis = node.redis();
  const before = node.registration.redis.password;
  await redis.info();
  const ended = new Promise((resolve) => redis.once('end', resolve));
  await node.register();
  await ended;
  expect(node.registration.redis.password).not.toBe(before);
  await usesOwnQueue(node, node.redis());
  // Eight cores keep one encode busy, until somebody says otherwise.
  const [resource] = await server.api<{ cpuSlots: number }[]>('GET', 'nodes');
  expect(resource?.cpuSlots).toBe(3);
  await server.api('PUT', `nodes/${node.id}`, { cpuSlots: 1 });
  await node.register();
  expect(node.registration.settings.cpuSlots).toBe(1);
});
