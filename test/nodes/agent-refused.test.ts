import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { joinRequest } from '../../contracts/src/index.js';
import { freePort } from '../support/free-port.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { startAgentProcess, untilPing } from './agent-process.js';

const JOIN = `join_${'ab'.repeat(24)}`;
const NODE = 'cd'.repeat(32);

/** A server that answers everything with one refusal, and remembers what it was asked. */
async function refusing(status: number, message: string) {
  const asked: { url: string; authorization: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const { url = '', headers } = request;
      asked.push({ url, authorization: headers.authorization ?? '', body: JSON.parse(text) });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

it.each([
  ['the versions differ', JOIN, 409, 'update the node', 3, '/api/v1/agent/join'],
  ['the versions differ, later', NODE, 409, 'update this server', 3, '/api/v1/agent/register'],
  ['the join token is used up', JOIN, 401, 'this join token is used up', 4, '/api/v1/agent/join'],
  ['its token is not known', NODE, 401, 'this node is not known', 4, '/api/v1/agent/register'],
  ['remote nodes are off', JOIN, 403, 'nodes on other machines are switched off', 4, '/api/v1/agent/join'],
])(
  'ends with a clear word when %s, and asks no second time',
  async (_name, token, status, message, code, route) => {
    const folder = await temporaryFolder();
    const server = await refusing(status, message);
    const agent = startAgentProcess(['--server', server.url, '--token', token, '--work', folder]);
    expect(await agent.ended).toBe(code);
    expect(server.asked.map(({ url }) => url)).toEqual([route]);
    expect(server.asked[0]?.authorization).toBe(`Bearer ${token}`);
    expect(agent.output()).toContain(status === 401 && token === NODE ? 'does not know this node' : message);
    expect(agent.output()).not.toContain(token);
  },
);

it('ends at once when its options are wrong', async () => {
  const agent = startAgentProcess(['--server', 'nas'], { BOILARR_LOG_LEVEL: 'loud' });
  expect(await agent.ended).toBe(2);
  expect(agent.output()).toBe(
    'boilarr-node: BOILARR_LOG_LEVEL: must be one of trace, debug, info, warn and error\n' +
      'boilarr-node: --server: must be an address such as http://nas:2645\n',
  );
});

it('stays and says what it waits for where its process is watched over, until it has been told', async () => {
  const folder = await temporaryFolder();
  const server = await refusing(409, 'this server speaks another protocol');
  const [health, file] = [await freePort(), path.join(folder, 'node.yaml')];
  await writeFile(file, 'server: [');
  const agent = startAgentProcess(['--config', file], {
    ...{ BOILARR_NODE_HEALTH_PORT: String(health), BOILARR_SERVER_URL: '', BOILARR_WORK_DIR: folder },
  });
  await untilPing(health, agent, ({ reason }) =>
    (reason ?? '').includes('node.yaml, line 1: is not valid YAML'),
  );
  await writeFile(file, 'name: attic');
  await untilPing(health, agent, ({ reason }) =>
    (reason ?? '').includes('where the server is: give --server'),
  );
  await writeFile(file, `server: ${server.url}\ntoken: ${JOIN}\nname: attic\n`);
  const answer = await untilPing(health, agent, ({ reason }) => (reason ?? '').includes('another protocol'));
  expect(answer).toMatchObject({ status: 'OK', server: 'waiting' });
  // It was told once a minute, and asks no more often than that.
  expect(server.asked).toHaveLength(1);
  expect(joinRequest.parse(server.asked[0]?.body).name).toBe('attic');
  expect(agent.output()).not.toContain(JOIN);
  await until('it to end when told to', async () => (await agent.stop()) === 0);
});
