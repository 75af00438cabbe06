import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../contracts/src/index.js';
import { connects } from '../support/connects.js';
import { freePort } from '../support/free-port.js';
import { API_KEY, startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { JoinedNode } from './joined-node.js';

interface Route {
  method: string;
  path: string;
}

const CONTROLLERS = new URL('../../server/src/agent-api/', import.meta.url);

/** Every route of nodes, as the controllers say: they are in no description of the API. */
async function agentRoutes(): Promise<Route[]> {
  const files = (await readdir(CONTROLLERS)).filter((name) => name.endsWith('.controller.ts'));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, CONTROLLERS), 'utf8')));
  return texts.flatMap((text) => {
    const base = /@Controller\('([^']*)'\)/.exec(text)?.[1] ?? '';
    return [...text.matchAll(/@(Get|Post|Put|Delete|Patch|All)\((?:'([^']*)')?\)/g)].map(
      ([, method, below]) => ({
        method: (method ?? '').toUpperCase(),
        path: [base, below].filter(Boolean).join('/').replaceAll(/:\w+/g, '1'),
      }),
    );
  });
}

it('opens no door of a person to a node, and none of a node to a person', async () => {
  const server = await startServer(await temporaryFolder(), [], {
    BOILARR_BUILT_IN_NODE: 'false',
    BOILARR_REMOTE_NODES: 'true',
    BOILARR_REDIS_PORT: String(await freePort()),
  });
  const node = await JoinedNode.join(server, 'attic');
  const status = async ({ method, path }: Route, headers: Record<string, string>): Promise<number> => {
    const body = ['GET', 'DELETE'].includes(method) ? {} : { body: '{}' };
    const all = {
      'content-type': 'application/json',
      [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
      ...headers,
    };
    return (await fetch(`${server.url}/api/v1/${path}`, { method, headers: all, ...body })).status;
  };

  const { paths } = await server.api<{ paths: Record<string, Record<string, unknown>> }>(
    'GET',
    'openapi.json',
  );
  const userRoutes = [
    ...Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        path: path.replace('/api/v1/', '').replaceAll(/\{\w+\}/g, '1'),
      })),
    ),
    { method: 'GET', path: 'openapi.json' },
  ];
  expect(userRoutes.length).toBeGreaterThan(40);
  expect(userRoutes).toContainEqual({ method: 'POST', path: 'nodes/join-tokens' });
  // However a node says who it is, and whatever else it has been given.
  for (const headers of [
    { authorization: `Bearer ${node.token}` },
    { 'X-Api-Key': node.token },
    { cookie: `boilarr_session=${node.token}` },
    { authorization: `Bearer ${node.joinToken}`, 'X-Api-Key': node.joinToken },
    { authorization: `Bearer ${API_KEY}` },
  ]) {
    const open: string[] = [];
    for (const route of userRoutes) {
      const code = await status(route, headers);
      if (code !== 401) open.push(`${route.method} ${route.path} ${code}`);
    }
    // Login is open to all, and says what is missing in its body.
    expect(open).toEqual(['POST auth/login 400']);
  }
  for (const extraHeaders of [{ authorization: `Bearer ${node.token}` }, { 'X-Api-Key': node.token }])
    expect(await connects(server.url, extraHeaders as Record<string, string>)).toBe(false);

  const routes = await agentRoutes();
  expect(routes.length).toBeGreaterThan(12);
  expect(routes).toContainEqual({ method: 'POST', path: 'agent/jobs/1/claim' });
  for (const headers of [{ 'X-Api-Key': API_KEY }, { authorization: `Bearer ${API_KEY}` }, {}]) {
    const open: string[] = [];
    for (const route of routes) {
      const code = await status(route, headers);
      if (code !== 401) open.push(`${route.method} ${route.path} ${code}`);
    }
    // Joining is for who has no token of a node yet; it reads the greeting first.
    expect(open).toEqual(['POST agent/join 400']);
  }
  const own = { authorization: `Bearer ${node.token}` };
  const known = await Promise.all(routes.map((route) => status(route, own)));
  expect(known.filter((code) => code === 401)).toEqual([]);
  expect(await server.api<{ id: number }[]>('GET', 'nodes')).toHaveLength(1);
});

it('lets in whoever has a join token, and says to all others why not', async () => {
  const server = await startServer(await temporaryFolder(), [], { BOILARR_BUILT_IN_NODE: 'false' });
  const join = async (body: unknown, bearer?: string) => {
    const response = await fetch(`${server.url}/api/v1/agent/join`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  const body = { protocol: PROTOCOL_VERSION, version: '9.9', name: 'attic', nodeToken: 'a'.repeat(64) };
  const { token, command } = await server.api<{ token: string; command: string }>(
    'POST',
    'nodes/join-tokens',
    {},
  );
  expect(command).toBe(`boilarr-node --server ${server.url} --token ${token}`);

  const answers = {
    off: await join(body, token),
    older: await join({ protocol: PROTOCOL_VERSION - 1, version: '0.0.1' }, token),
    newer: await join({ protocol: PROTOCOL_VERSION + 1, version: '9.9', future: true }, token),
    wrong: await join(body, `join_${'0'.repeat(48)}`),
    none: await join(body),
    damaged: await join({ ...body, nodeToken: 'short' }, token),
  };
  expect(answers).toMatchObject({
    off: { status: 403, text: expect.stringMatching(/switched off.*BOILARR_REMOTE_NODES/) as string },
    older: { status: 409, text: expect.stringMatching(/0\.0\.1.*update the node/) as string },
    newer: { status: 409, text: expect.stringMatching(/9\.9.*update this server/) as string },
    wrong: { status: 401, text: expect.stringMatching(/not known.*Nodes page/) as string },
    none: { status: 401, text: expect.stringMatching(/join token/) as string },
    damaged: { status: 400, text: expect.stringMatching(/nodeToken/) as string },
  });
  for (const { text } of Object.values(answers)) expect(text).not.toContain(token);
  expect(server.output()).not.toContain(token);

  await server.api('PUT', 'settings/nodes', { remoteNodes: true });
  expect(await join(body, token)).toEqual({
    status: 200,
    text: JSON.stringify({ nodeId: 1, name: 'attic' }),
  });
  expect((await join({ ...body, nodeToken: 'b'.repeat(64) }, token)).text).toContain('used up');
  const [left] = await server.api<{ id: number; usesLeft: number }[]>('GET', 'nodes/join-tokens');
  expect(left?.usesLeft).toBe(0);
  await server.api('DELETE', `nodes/join-tokens/${left!.id}`);
  expect(await server.api('GET', 'nodes/join-tokens')).toEqual([]);
});
