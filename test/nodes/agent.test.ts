import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import type { CreatedJoinToken, Job, Library, NodeResource, Page } from '../../contracts/src/index.js';
import { freePort } from '../support/free-port.js';
import { cached, ffmpeg, longBunny, smallBunny } from '../support/media.js';
import { makeConfig } from '../support/program.js';
import { startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { startAgentProcess, untilPing, type AgentProcess } from './agent-process.js';

const onlyNodes = (server: StartedServer) => server.api<NodeResource[]>('GET', 'nodes');

/** What a server needs for nodes on other machines, without one of its own. */
const forNodes = async (): Promise<Record<string, string>> => ({
  BOILARR_REMOTE_NODES: 'true',
  BOILARR_BUILT_IN_NODE: 'false',
  BOILARR_REDIS_PORT: String(await freePort()),
});

async function joinToken(server: StartedServer): Promise<string> {
  return (await server.api<CreatedJoinToken>('POST', 'nodes/join-tokens', {})).token;
}

function untilNode(
  server: StartedServer,
  agent: AgentProcess,
  fits: (node: NodeResource) => boolean,
): Promise<NodeResource> {
  return until('the node', async () => (await onlyNodes(server)).find(fits) ?? null, {
    timeoutMs: 60_000,
    seen: async () => ({ nodes: await onlyNodes(server), said: agent.output().slice(-2000) }),
  });
}

it('waits for its server, joins, is who it was after a kill, keeps its work folder to itself, looks at its tools when asked, and is turned out', async () => {
  const folder = await temporaryFolder();
  const [port, health] = [await freePort(), await freePort()];
  const environment = { ...(await forNodes()), BOILARR_PORT: String(port) };
  const config = await makeConfig(folder);
  let server = await startServer(config, [], environment);
  const token = await joinToken(server);
  await server.stop();

  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  const args = [
    '--server',
    server.url,
    '--token',
    token,
    '--name',
    'attic',
    '--work',
    path.join(folder, 'work'),
  ];
  const variables = { BOILARR_NODE_HEALTH_PORT: String(health), PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const first = startAgentProcess(args, variables);
  await untilPing(
    health,
    first,
    ({ server: at, reason }) => at === 'waiting' && (reason ?? '').includes('ECONNREFUSED'),
  );
  server = await startServer(config, [], environment);
  const joined = await untilNode(server, first, ({ state }) => state === 'online');
  expect(joined).toMatchObject({ name: 'attic', builtIn: false });
  await untilPing(health, first, (answer) => answer.server === 'connected' && answer.reason === null);
  // One try after the other, and one line for all of them.
  expect(first.output().match(/waits for the server/g)).toHaveLength(1);
  await until('its machine', async () => (await onlyNodes(server))[0]?.usage ?? null);

  await first.kill();
  const second = startAgentProcess(args, variables);
  await untilPing(health, second, (answer) => answer.server === 'connected');
  expect((await onlyNodes(server)).map(({ id }) => id)).toEqual([joined.id]);
  const rival = startAgentProcess(args);

  await server.stop();
  await untilPing(health, second, (answer) => answer.server === 'waiting');
  server = await startServer(config, [], environment);
  await untilPing(health, second, (answer) => answer.server === 'connected' && answer.reason === null);
  expect(second.output().match(/works for/g)).toHaveLength(1);

  await writeFile(path.join(bin, 'dovi_tool'), '#!/bin/sh\necho dovi_tool 2.3.1\n');
  await chmod(path.join(bin, 'dovi_tool'), 0o755);
  await server.api('POST', `nodes/${joined.id}/probe`);
  const probed = await untilNode(
    server,
    second,
    ({ capabilities }) => capabilities?.tools['dovi_tool'] !== undefined,
  );
  expect(probed.capabilities?.tools['dovi_tool']?.version).toBe('2.3.1');

  expect(await rival.ended).toBe(5);
  expect(rival.output()).toMatch(/another agent works in .*, process \d+ on .*--work/);
  await server.api('DELETE', `nodes/${joined.id}`);
  await untilPing(health, second, ({ reason }) => /removed there.*new join token/.test(reason ?? ''));
  expect(await second.stop()).toBe(0);
  const third = startAgentProcess([
    ...args.slice(0, 2),
    '--token',
    await joinToken(server),
    ...args.slice(4),
  ]);
  await untilNode(server, third, ({ state, id }) => state === 'online' && id !== joined.id);
  await server.api('DELETE', `nodes/${(await onlyNodes(server))[0]?.id ?? 0}`);
  expect(await third.ended).toBe(4);
  for (const agent of [first, second, third, rival]) expect(agent.output()).not.toContain(token);
  expect(await readFile(path.join(folder, 'work', 'node.json'), 'utf8')).not.toContain(token);
});

/** Redis as others run it, which the test may ask anything. */
async function ownRedis(folder: string) {
  const port = await freePort();
  const redis = execa(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, '--requirepass', 'secret'],
    {
      ...{ reject: false, stdin: 'ignore', stdout: 'ignore' },
    },
  );
  onTestFinished(async () => {
    redis.kill('SIGKILL');
    await redis;
  });
  const ask = async (...command: string[]) =>
    (await execa('redis-cli', ['-p', String(port), '-a', 'secret', '--no-auth-warning', ...command])).stdout;
  await until('Redis', () =>
    ask('PING').then(
      (answer) => answer === 'PONG',
      () => false,
    ),
  );
  return { url: `redis://:secret@127.0.0.1:${port}`, ask };
}

/** Long enough that the load comes while it is encoded. */
const film = () =>
  cached('bunny-five-seconds.mp4', async (file) =>
    ffmpeg('-i', await longBunny(), '-t', '5', '-c', 'copy', file),
  );

/** Twice as many busy loops as processors, as impolite as the agent. */
function loadMachine(): () => Promise<void> {
  const loops = Array.from({ length: 2 * availableParallelism() }, () =>
    execa('sh', ['-c', 'while :; do :; done'], { reject: false, stdin: 'ignore' }),
  );
  const end = async () => {
    for (const loop of loops) loop.kill('SIGKILL');
    await Promise.all(loops);
  };
  onTestFinished(end);
  return end;
}

it('keeps its lease on a machine that is busy beyond measure, and gets another password when Redis has lost its user', async () => {
  const folder = await temporaryFolder();
  const config = await makeConfig(folder, 'video:\n  preset: 5\n  crf: 40\n');
  const redis = await ownRedis(folder);
  const server = await startServer(config, [], { ...(await forNodes()), BOILARR_REDIS_URL: redis.url });
  const work = path.join(folder, 'work');
  const agent = startAgentProcess([], {
    ...{
      BOILARR_SERVER_URL: server.url,
      BOILARR_NODE_TOKEN: await joinToken(server),
      BOILARR_WORK_DIR: work,
    },
  });
  const { id } = await untilNode(server, agent, ({ state }) => state === 'online');
  const library = path.join(folder, 'library');
  await mkdir(library);
  await copyFile(await film(), path.join(library, 'long.mp4'));
  const { id: libraryId } = await server.api<Library>('POST', 'libraries', {
    path: library,
    minimumAgeSeconds: 0,
  });
  await server.api('POST', `libraries/${libraryId}/scan`);
  const jobs = async () => (await server.api<Page<Job>>('GET', 'jobs')).records;
  const seen = async () => ({ jobs: await jobs(), said: agent.output().slice(-2000) });
  await until(
    'the encode',
    async () => (await jobs()).some(({ progress }) => progress?.step === 'encode_video'),
    {
      ...{ timeoutMs: 90_000, seen },
    },
  );
  // From here on, and no longer than it takes: all else on the machine has to do without.
  const relieve = loadMachine();
  // A server that restores its users at its own reconnection sees nothing of this.
  const user = (await redis.ask('ACL', 'USERS')).split('\n').find((name) => name.endsWith(`node-${id}`));
  expect(await redis.ask('ACL', 'DELUSER', user ?? 'none')).toBe('1');

  const database = new Database(path.join(config, 'boilarr.db'), { readonly: true, timeout: 5000 });
  onTestFinished(() => void database.close());
  let least = Number.POSITIVE_INFINITY;
  await until(
    'access to Redis',
    () => {
      const row = database
        .prepare('SELECT leaseExpiresAt FROM job WHERE leaseExpiresAt IS NOT NULL')
        .get() as { leaseExpiresAt: number } | undefined;
      if (row !== undefined) least = Math.min(least, row.leaseExpiresAt - Date.now());
      return agent.output().includes('has new access to Redis');
    },
    { timeoutMs: 60_000, seen },
  );
  // A minute is what it is given; a beat a second is what it should send.
  expect(least).toBeGreaterThan(50_000);
  expect(agent.output()).toMatch(/Redis refuses this node/);
  await relieve();

  await copyFile(await smallBunny(), path.join(library, 'small.mp4'));
  await server.api('POST', `libraries/${libraryId}/scan`);
  await until(
    'both to be done',
    async () => {
      const all = await jobs();
      return all.length === 2 && all.every(({ state }) => state === 'completed' || state === 'skipped');
    },
    { timeoutMs: 150_000, seen },
  );
  // Nothing that ran was ended by it, and it did not register again.
  expect((await jobs()).map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(agent.output().match(/works for/g)).toHaveLength(1);
});
