import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { Redis, type RedisOptions } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import type { HealthNotice, NodesSettingsResource } from '../../contracts/src/index.js';
import { freePort } from '../support/free-port.js';
import { startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { JoinedNode } from './joined-node.js';

const PASSWORD = 'the password of the account';

/** Somebody's Redis, to be ended and started again. @returns a function that ends it */
async function startRedis(folder: string, lines: string[]): Promise<() => Promise<void>> {
  const child = execa('redis-server', ['-'], {
    reject: false,
    input: ['save ""', `dir ${folder}`, 'bind 127.0.0.1', ...lines, ''].join('\n'),
    all: true,
  });
  let output = '';
  child.all.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await child;
  };
  onTestFinished(stop);
  await until('Redis', () => output.includes('Ready to accept'), { seen: () => output });
  return stop;
}

/** Who may do everything there. */
function owner(options: RedisOptions): Redis {
  const client = new Redis({ host: '127.0.0.1', password: PASSWORD, maxRetriesPerRequest: null, ...options });
  client.on('error', () => undefined);
  onTestFinished(() => {
    client.disconnect();
  });
  return client;
}

async function serverWith(environment: Record<string, string>): Promise<StartedServer> {
  const more = { BOILARR_BUILT_IN_NODE: 'false', BOILARR_REMOTE_NODES: 'true', ...environment };
  return startServer(await temporaryFolder(), [], more);
}

const redisNotices = async (server: StartedServer): Promise<string[]> =>
  (await server.api<HealthNotice[]>('GET', 'health'))
    .filter(({ source }) => source === 'Redis')
    .map(({ type, message }) => `${type}: ${message}`);

const settingsOf = (server: StartedServer) => server.api<NodesSettingsResource>('GET', 'settings/nodes');

it('shares somebody else’s Redis by TLS with another installation, and makes its users again', async () => {
  const folder = await temporaryFolder();
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  await execa('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-keyout', key, '-out', certificate, '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ]);
  const port = await freePort();
  const lines = [
    ...['port 0', `tls-port ${port}`, `tls-cert-file ${certificate}`, `tls-key-file ${key}`],
    ...['tls-auth-clients no', `requirepass "${PASSWORD}"`],
  ];
  const stop = await startRedis(folder, lines);
  const url = `rediss://:${encodeURIComponent(PASSWORD)}@localhost:${port}/0`;
  const environment = { BOILARR_REDIS_URL: url, NODE_EXTRA_CA_CERTS: certificate };
  const [server, other] = await Promise.all([serverWith(environment), serverWith(environment)]);
  expect((await settingsOf(server)).redis).toEqual({
    ...{ builtIn: false, address: `localhost:${port}`, separateUsers: true },
  });
  // Both call their first node the same.
  const [node, foreign] = [await JoinedNode.join(server, 'attic'), await JoinedNode.join(other, 'attic')];
  expect(node.id).toBe(foreign.id);
  expect(node.waitKey).not.toBe(foreign.waitKey);
  // On the server's own machine, as the node knows that.
  expect(node.registration.redis).toMatchObject({ tls: true, host: null, port });

  const ca = await readFile(certificate, 'utf8');
  const redis = node.redis({ reconnects: true, ca });
  await redis.lpush(node.waitKey, 'x');
  await expect(redis.llen(foreign.waitKey)).rejects.toThrow(/NOPERM/);
  const admin = owner({ port, tls: { ca } });
  const users = async () => (await admin.acl('USERS')).sort();
  const both = ['default', node.registration.redis.username, foreign.registration.redis.username].sort();
  expect(await users()).toEqual(both);

  await stop();
  await until('health to tell that Redis is gone', async () => (await redisNotices(server)).length > 0);
  // One node is removed while Redis is away: it must not come back with it.
  await server.api('DELETE', `nodes/${node.id}`);
  expect(await node.beat()).toBe(401);
  await startRedis(folder, lines);
  const left = both.filter((name) => name !== node.registration.redis.username).join();
  // Whether it may make users, a server finds out by making one, which is there for a moment.
  await until('the users', async () => (await users()).join() === left, { seen: users });
  await foreign.redis({ ca }).lpush(foreign.waitKey, 'x');
  await until('all to be well', async () => (await redisNotices(server)).length === 0);
});

it('shares one credential, and says so, where the account may make no users', async () => {
  const port = await freePort();
  await startRedis(await temporaryFolder(), [
    ...[`port ${port}`, `requirepass "${PASSWORD}"`],
    'user small on >small-password ~* &* +@all -acl',
  ]);
  const url = `redis://small:small-password@127.0.0.1:${port}`;
  const server = await serverWith({
    BOILARR_REDIS_URL: url,
    BOILARR_NODES_REDIS_URL: `redis://redis.example:1234`,
  });
  const notices = await until('the notice', async () => {
    const found = await redisNotices(server);
    return found.length > 0 && found;
  });
  expect(notices).toEqual([
    expect.stringMatching(/^warning: All nodes share one credential.*redis\.example:1234/),
  ]);
  expect(JSON.stringify(notices)).not.toContain('small-password');
  expect((await settingsOf(server)).redis.separateUsers).toBe(false);
  const node = await JoinedNode.join(server, 'attic');
  expect(node.registration.redis).toEqual({
    ...{
      tls: false,
      host: 'redis.example',
      port: 1234,
      db: 0,
      username: 'small',
      password: 'small-password',
    },
  });
  // It is still shut out of everything but Redis when it goes.
  await server.api('DELETE', `nodes/${node.id}`);
  expect(await node.beat()).toBe(401);
});

/** Whether somebody answers like Redis at another address than the one that Redis itself listens on. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.2', port }, () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('-NOAUTH'));
      socket.destroy();
    });
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('close', () => {
      resolve(false);
    });
  });
}

it('opens the built-in Redis to other machines only while remote nodes are on', async () => {
  const port = await freePort();
  const config = await temporaryFolder();
  const server = await startServer(config, [], {
    ...{ BOILARR_BUILT_IN_NODE: 'false', BOILARR_REDIS_PORT: String(port) },
  });
  const { redis, fixed, remoteNodes } = await settingsOf(server);
  expect({ fixed, remoteNodes }).toEqual({ fixed: [], remoteNodes: false });
  const inside = Number(/^127\.0\.0\.1:(\d+)$/.exec(redis.address)?.[1]);
  expect([await answers(port), await answers(inside)]).toEqual([false, false]);

  const put = (values: unknown) => server.api<NodesSettingsResource>('PUT', 'settings/nodes', values);
  expect((await put({ remoteNodes: true })).redis.address).toBe(`*:${port}`);
  expect([await answers(port), await answers(inside)]).toEqual([true, false]);
  const node = await JoinedNode.join(server, 'attic');
  expect(node.registration.redis).toMatchObject({ tls: false, host: null, port });
  const client = node.redis();
  expect(await client.lpush(node.waitKey, 'x')).toBe(1);

  const ended = new Promise((resolve) => client.once('end', resolve));
  await put({ remoteNodes: false });
  await ended;
  expect(await answers(port)).toBe(false);
  // It may finish what it runs, but is given nothing more and may not begin anew.
  expect(await node.beat()).toBe(200);
  const [resting] = await server.api<{ activity: unknown }[]>('GET', 'nodes');
  expect(resting?.activity).toEqual({ mode: 'afterJob', why: 'disabled' });
  await expect(node.register()).rejects.toThrow(/403.*switched off/);

  // Somebody else has the port meanwhile: the server says so, and goes on by itself when it is free.
  const squatter = createServer().listen(port);
  await put({ remoteNodes: true });
  expect(await redisNotices(server)).toEqual([
    expect.stringMatching(new RegExp(`^error: .*port ${port} is in use`)),
  ]);
  await new Promise((resolve) => squatter.close(resolve));
  await until('the port', async () => (await redisNotices(server)).length === 0, { timeoutMs: 60_000 });
  // Its password is still the same: nothing was restarted.
  expect(await node.redis().lpush(node.waitKey, 'y')).toBe(2);
});
