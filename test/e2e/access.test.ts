import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { connects } from '../support/connects.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { API_KEY, startServer } from '../support/server.js';
import { until } from '../support/until.js';

interface OpenApi {
  paths: Record<
    string,
    Record<string, { parameters?: unknown[]; requestBody?: unknown; responses: Record<string, unknown> }>
  >;
}

it('answers nothing but page, login and ping without a key, below a URL base as well', async () => {
  const folder = await temporaryFolder();
  const server = await startServer(folder, [], { BOILARR_URL_BASE: '/boilarr' });
  const status = async (route: string, init: RequestInit = {}) =>
    (await fetch(`${server.url}${route}`, init)).status;

  const description = await server.api<OpenApi>('GET', 'openapi.json');
  const routes = Object.entries(description.paths).flatMap(([route, methods]) =>
    Object.keys(methods).map((method) => ({ route, method: method.toUpperCase() })),
  );
  expect(routes.length).toBeGreaterThan(25);
  const open: string[] = [];
  for (const { route, method } of routes) {
    const concrete = route.replace('/boilarr', '').replaceAll(/\{\w+\}/g, '1');
    const code = await status(concrete, { method });
    if (code !== 401) open.push(`${method} ${concrete} ${code}`);
  }
  // Login is open, and says what is missing in its body.
  expect(open).toEqual(['POST /api/v1/auth/login 400']);

  const agent = await status('/api/v1/agent/heartbeat', {
    method: 'POST',
    headers: { 'X-Api-Key': API_KEY },
  });
  expect(agent).toBe(401);
  expect(await status('/api/v1/openapi.json')).toBe(401);
  expect(await (await fetch(`${server.url}/ping`)).json()).toEqual({ status: 'OK' });
  expect(await status('/api/v1/jobs', { headers: { 'X-Api-Key': 'wrong' } })).toBe(401);
  expect(await status(`/api/v1/jobs?apikey=${API_KEY}`)).toBe(200);
  expect(await status('/api/v1/jobs', { headers: { authorization: `Bearer ${'0'.repeat(64)}` } })).toBe(401);
  expect(await status('/libraries/add')).toBe(200);

  const origin = new URL(server.url).origin;
  expect(await connects(origin, {}, '/boilarr/socket.io')).toBe(false);
  expect(await connects(origin, { 'X-Api-Key': API_KEY }, '/boilarr/socket.io')).toBe(true);
});

it('exchanges the key for a cookie that scripts cannot read, and takes it back', async () => {
  const server = await startServer(await temporaryFolder());
  const post = (route: string, headers: Record<string, string>, body: unknown = {}) =>
    fetch(`${server.url}/api/v1/auth/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  expect((await post('login', {}, { apiKey: 'wrong' })).status).toBe(401);
  const login = await post('login', {}, { apiKey: API_KEY });
  expect(login.status).toBe(204);
  const cookie = login.headers.getSetCookie()[0] ?? '';
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const [pair = ''] = cookie.split(';');
  const session = () => fetch(`${server.url}/api/v1/auth/session`, { headers: { cookie: pair } });
  expect((await session()).status).toBe(200);
  const origin = new URL(server.url).origin;
  expect(await connects(origin, { cookie: pair })).toBe(true);
  expect((await post('logout', { cookie: pair })).status).toBe(204);
  expect((await session()).status).toBe(401);

  // Guessing gets slow.
  const codes: number[] = [];
  for (let guess = 0; guess < 8; guess += 1)
    codes.push((await post('login', {}, { apiKey: `guess ${guess}` })).status);
  expect(codes).toContain(429);
});

it('says what is wrong with a field, and names it', async () => {
  const folder = await temporaryFolder();
  const server = await startServer(path.join(folder, 'config'));
  const films = path.join(folder, 'films');
  await mkdir(films);
  const add = async (body: unknown) => {
    const response = await fetch(`${server.url}/api/v1/libraries`, {
      method: 'POST',
      headers: { 'X-Api-Key': API_KEY, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      body: (await response.json()) as { propertyName: string; errorMessage: string }[],
    };
  };
  for (const [body, field] of [
    [{}, 'path'],
    [{ path: 'relative/folder' }, 'path'],
    [{ path: path.join(folder, 'missing') }, 'path'],
    // It holds the configuration.
    [{ path: folder }, 'path'],
    [{ path: films, profile: 'no such' }, 'profile'],
    [{ path: films, minimumAgeSeconds: -1 }, 'minimumAgeSeconds'],
    [{ path: films, webhookUrl: 'ftp://x' }, 'webhookUrl'],
  ] as const) {
    const answer = await add(body);
    expect(answer.status).toBe(400);
    expect(answer.body.map((error) => error.propertyName)).toContain(field);
    expect(answer.body.every((error) => error.errorMessage.length > 3)).toBe(true);
  }
});

it('keeps its secrets out of logs and process lists, and refuses a second server on the same folder', async () => {
  const folder = await temporaryFolder();
  const server = await startServer(folder);
  await until('the built-in node', async () => {
    const nodes = await server.api<{ state: string }[]>('GET', 'nodes');
    return nodes[0]?.state === 'online';
  });
  const log = await readFile(path.join(folder, 'logs', 'boilarr.log'), 'utf8');
  expect(log + server.output()).not.toContain(API_KEY);
  expect((await stat(path.join(folder, 'config.yaml')).catch(() => null))?.mode ?? 0o100600).toBe(0o100600);
  await expect(startServer(folder)).rejects.toThrow(/runs already/);
  expect(await server.stop()).toBe(0);
});
