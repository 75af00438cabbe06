import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROTOCOL_VERSION, type NodeResource } from '#contracts';
import type { DataSource } from 'typeorm';
import { sha256Hex } from '../common/sha256.js';
import { AppConfig } from '../config/app-config.js';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { EventBus } from '../realtime/event-bus.js';
import { SettingsService } from '../settings/settings.service.js';
import { JoinTokenEntity } from './join-token.entity.js';
import { JoinTokensService } from './join-tokens.service.js';
import { JoinService } from './join.service.js';
import { NodeEntity } from './node.entity.js';
import type { NodesService } from './nodes.service.js';

const HOUR_MS = 3_600_000;
const hex = (digit: string) => digit.repeat(64);

let dataSource: DataSource;
let settings: SettingsService;
let tokens: JoinTokensService;
let joining: JoinService;
let announced: number[];

beforeEach(async () => {
  dataSource = createDataSource(':memory:');
  await dataSource.initialize();
  await dataSource.runMigrations();
  const config = new AppConfig({
    ...{ directory: '/nowhere', port: 1, urlBase: '', apiKey: 'x', logLevel: 'error', redisUrl: null },
    ...{ builtInNode: false, retryDelaysMs: [] },
  });
  const writer = new DbWriter(dataSource);
  settings = await SettingsService.open(dataSource, writer, config, new EventBus());
  await settings.updateNodes({ remoteNodes: true });
  tokens = new JoinTokensService(dataSource, writer);
  announced = [];
  const nodes: Pick<NodesService, 'announce'> = {
    announce: (id) => {
      announced.push(id);
      return Promise.resolve({} as NodeResource);
    },
  };
  joining = new JoinService(writer, settings, tokens, nodes as NodesService);
});
afterEach(async () => {
  vi.useRealTimers();
  await dataSource.destroy();
});

function join(token: string, name: string, nodeToken: string) {
  return joining.join(token, { protocol: PROTOCOL_VERSION, version: '1', name, nodeToken });
}
const nodes = () => dataSource.manager.find(NodeEntity, { order: { id: 'ASC' } });
const usesLeft = async () => (await tokens.list()).map((token) => token.usesLeft);

describe('joining', () => {
  it('makes one node for one node token, however often it asks, and keeps hashes alone', async () => {
    const { token } = await tokens.create({ validHours: 1, uses: 1 });
    const first = await join(token, 'attic', hex('a'));
    // The answer was lost; meanwhile the token is used up, and then forgotten.
    expect(await join(token, 'attic', hex('a'))).toEqual(first);
    await dataSource.manager.deleteAll(JoinTokenEntity);
    expect(await join(token, 'other name', hex('a'))).toEqual(first);
    const [node, ...others] = await nodes();
    expect(others).toEqual([]);
    expect(node).toMatchObject({
      id: first.nodeId,
      name: 'attic',
      builtIn: false,
      enabled: true,
      redisHash: null,
    });
    expect(node?.tokenHash).toBe(sha256Hex(hex('a')));
    expect(announced).toEqual([first.nodeId]);
  });

  it('keeps no token in the database', async () => {
    const { token } = await tokens.create({ validHours: 1, uses: 2 });
    await join(token, 'a', hex('a'));
    const rows = await Promise.all(
      ['node', 'join_token', 'setting'].map((table) => dataSource.query(`SELECT * FROM "${table}"`)),
    );
    const text = JSON.stringify(rows);
    expect(text).toContain(sha256Hex(token));
    expect(text).not.toContain(token.slice(5));
    expect(text).not.toContain(hex('a'));
  });

  it('lets in as many as a token has uses, also when they come at once', async () => {
    const { token } = await tokens.create({ validHours: 1, uses: 3 });
    const tried = await Promise.allSettled(
      ['1', '2', '3', '4', '5'].map((digit) => join(token, 'x', hex(digit))),
    );
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const one of tried)
      if (one.status === 'rejected')
        expect(String(one.reason)).toMatch(/used up; make a new one on the Nodes page/);
    expect((await nodes()).map(({ name }) => name)).toEqual(['x', 'x 2', 'x 3']);
    expect(await usesLeft()).toEqual([0]);
  });

  it.each([
    ['unknown', () => `join_${'0'.repeat(48)}`, /not known/],
    ['of another kind', () => hex('0'), /not known/],
    ['empty', () => '', /not known/],
  ])('refuses a token that is %s', async (_what, token, message) => {
    await expect(join(token(), 'x', hex('a'))).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(message) as string,
    });
    expect(await nodes()).toEqual([]);
  });

  it('refuses an expired token and says when that was, and forgets it in the end', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    const { token } = await tokens.create({ validHours: 2, uses: 1 });
    vi.setSystemTime(2 * HOUR_MS);
    await expect(join(token, 'x', hex('a'))).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('expired at 1970-01-01T02:00:00.000Z') as string,
    });
    vi.setSystemTime(2 * HOUR_MS - 1);
    await join(token, 'x', hex('a'));
    vi.setSystemTime(9 * 24 * HOUR_MS);
    await tokens.create({ validHours: 1, uses: 1 });
    expect(await tokens.list()).toHaveLength(1);
  });

  it('uses nothing of a token while remote nodes are off, and says so to nobody without one', async () => {
    const { token } = await tokens.create({ validHours: 1, uses: 1 });
    await settings.updateNodes({ remoteNodes: false });
    await expect(join(token, 'x', hex('a'))).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('BOILARR_REMOTE_NODES') as string,
    });
    await expect(join('join_', 'x', hex('a'))).rejects.toMatchObject({ status: 401 });
    expect(await nodes()).toEqual([]);
    expect(await usesLeft()).toEqual([1]);
    await settings.updateNodes({ remoteNodes: true });
    await join(token, 'x', hex('a'));
  });

  it('finds a free name that is not too long', async () => {
    const { token } = await tokens.create({ validHours: 1, uses: 12 });
    const long = 'n'.repeat(60);
    for (let index = 0; index < 11; index += 1) await join(token, long, hex(index.toString(16)));
    const names = (await nodes()).map(({ name }) => name);
    expect(new Set(names).size).toBe(11);
    expect(Math.max(...names.map((name) => name.length))).toBe(60);
    expect(names.slice(-2)).toEqual([`${'n'.repeat(57)} 10`, `${'n'.repeat(57)} 11`]);
  });

  it('takes a token back', async () => {
    const { token, joinToken } = await tokens.create({ validHours: 1, uses: 1 });
    await tokens.remove(joinToken.id);
    await expect(join(token, 'x', hex('a'))).rejects.toMatchObject({ status: 401 });
    await expect(tokens.remove(joinToken.id)).rejects.toMatchObject({ status: 404 });
  });
});
