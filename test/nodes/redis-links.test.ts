import { execa } from 'execa';
import { it, onTestFinished } from 'vitest';
import { RedisLinks } from '../../node-agent/src/registration/redis-links.js';
import { freePort } from '../support/free-port.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

it('does not call Redis away because one connection has heard nothing for long', async () => {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    await temporaryFolder(),
  ];
  const redis = execa('redis-server', args, { reject: false, stdin: 'ignore', stdout: 'ignore' });
  const access = { tls: false, host: '127.0.0.1', port, db: 0, username: null, password: null };
  const links = new RedisLinks(access, 'http://127.0.0.1', () => Promise.resolve(access));
  onTestFinished(async () => {
    links.close();
    redis.kill('SIGKILL');
    await redis;
  });
  const client = links.create('client');
  await until('Redis', () => client.status === 'ready' && links.problem === null);

  const waiting = links.create('bclient');
  const errors: Error[] = [];
  waiting.on('error', (error: Error) => errors.push(error));
  // Longer than a connection may be silent; Bull never waits so long, but it may be cut off for so long.
  void waiting.brpoplpush('a', 'b', 0).catch(() => null);
  await until('the end of its patience', () => errors.some(({ message }) => /timeout/i.test(message)));
  await until('the all-clear', () => links.problem === null, { seen: () => links.problem });

  redis.kill('SIGKILL');
  await redis;
  await until('the trouble', () => links.problem?.includes('cannot be reached'), {
    seen: () => links.problem,
  });
});
