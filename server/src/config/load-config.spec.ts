import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';
import { loadConfig, normaliseUrlBase } from './load-config.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('loadConfig', () => {
  it('makes an API key at the first start, for its owner alone, and keeps it', async () => {
    const first = await loadConfig(folder, {});
    expect(first.apiKey).toMatch(/^[0-9a-f]{48}$/);
    expect((await stat(path.join(folder, 'config.yaml'))).mode & 0o777).toBe(0o600);
    expect((await loadConfig(folder, {})).apiKey).toBe(first.apiKey);
  });

  it('lets the environment override the file, and writes nothing of it down', async () => {
    await writeFile(path.join(folder, 'config.yaml'), 'apiKey: 0123456789abcdef\nport: 1000\nurlBase: /a/\n');
    const config = await loadConfig(folder, { BOILARR_PORT: 2000, BOILARR_API_KEY: 'fedcba9876543210' });
    expect(config).toMatchObject({ port: 2000, apiKey: 'fedcba9876543210', urlBase: '/a' });
    expect(await readFile(path.join(folder, 'config.yaml'), 'utf8')).not.toContain('fedcba');
  });

  it('reads where nodes reach Redis, and leaves it to the setting whether they may', async () => {
    await writeFile(path.join(folder, 'config.yaml'), 'apiKey: 0123456789abcdef\nredisPort: 7000\n');
    expect(await loadConfig(folder, {})).toMatchObject({ redisPort: 7000, remoteNodes: null, nodesRedisUrl: null });
    const environment = readEnvironment({
      BOILARR_REMOTE_NODES: 'false',
      BOILARR_REDIS_PORT: '7001',
      BOILARR_NODES_REDIS_URL: 'rediss://nas:6380',
    });
    expect(await loadConfig(folder, environment)).toMatchObject({
      ...{ redisPort: 7001, remoteNodes: false, nodesRedisUrl: 'rediss://nas:6380' },
    });
  });

  it.each([
    ['an unknown key', 'prot: 1\n', /config\.yaml is wrong: .*prot/],
    ['a wrong type', 'apiKey: 0123456789abcdef\nport: many\n', /port/],
    ['a short key', 'apiKey: short\n', /apiKey.*16/],
    ['no YAML', 'a: [\n', /config\.yaml/],
  ])('refuses %s and names the file', async (_name, text, message) => {
    await writeFile(path.join(folder, 'config.yaml'), text);
    await expect(loadConfig(folder, {})).rejects.toThrow(message);
  });
});

describe('normaliseUrlBase', () => {
  it.each([
    ['', ''],
    ['/', ''],
    ['boilarr', '/boilarr'],
    ['/boilarr/', '/boilarr'],
    ['a/b', '/a/b'],
  ])('%j -> %j', (text, expected) => {
    expect(normaliseUrlBase(text)).toBe(expected);
  });
  it.each(['/a b', 'x"y', '<script>'])('refuses %j', (text) => {
    expect(() => normaliseUrlBase(text)).toThrow(/not a path/);
  });
});

describe('readEnvironment', () => {
  it('takes an empty variable for none', () => {
    expect(readEnvironment({ BOILARR_PORT: '', BOILARR_LOG_LEVEL: 'warn' })).toEqual({ BOILARR_LOG_LEVEL: 'warn' });
  });

  it('names what is wrong without repeating it', () => {
    expect(() => readEnvironment({ BOILARR_API_KEY: 'hunter2', BOILARR_PORT: '0' })).toThrow(
      /^(?!.*hunter2).*BOILARR_PORT.*BOILARR_API_KEY/,
    );
  });
});
