import { describe, expect, it } from 'vitest';
import { addressOf, isLoopback, RedisConnection } from './redis-connection.js';

describe('RedisConnection', () => {
  it.each([
    ['redis://nas', { host: 'nas', port: 6379, db: 0 }],
    ['redis://nas:7000/3', { host: 'nas', port: 7000, db: 3 }],
    ['redis://:p%40ss%3A%2F@nas', { host: 'nas', port: 6379, db: 0, password: 'p@ss:/' }],
    ['rediss://me:pw@nas:6380', { host: 'nas', port: 6380, db: 0, username: 'me', password: 'pw', tls: {} }],
    ['redis://[fd00::1]:7000', { host: 'fd00::1', port: 7000, db: 0 }],
  ])('understands %s', (url, expected) => {
    const { retryStrategy, ...options } = new RedisConnection(url, false).options;
    expect(options).toEqual(expected);
    // Soon again, however long Redis has been away.
    expect(retryStrategy(1)).toBeLessThanOrEqual(100);
    expect(retryStrategy(1_000_000)).toBe(1000);
  });

  it('names no secret in an address, and refuses a database that is no number without repeating the URL', () => {
    expect(new RedisConnection('redis://u:secret@[::1]:7000/1', false).address).toBe('[::1]:7000');
    expect(() => new RedisConnection('redis://:secret@nas/films', false)).toThrow(/^(?!.*secret).*database/);
  });

  it('knows another way for nodes', () => {
    const { forNodes, options } = new RedisConnection('redis://redis:6379', false, 'rediss://nas:6380');
    expect([addressOf(options), addressOf(forNodes), forNodes.tls]).toEqual(['redis:6379', 'nas:6380', {}]);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['127.example.org', false],
  ['192.168.1.2', false],
  ['nas', false],
])('isLoopback(%s) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
