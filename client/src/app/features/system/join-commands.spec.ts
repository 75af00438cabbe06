import { expect, it } from 'vitest';
import { isLoopback, joinCommands } from './join-commands';

it('says where the server is as the browser found it, without a slash at the end', () => {
  const [docker, archive] = joinCommands('https://nas/boilarr/', 'join_1', 'boilarr-node --token join_1');
  expect(docker?.command).toContain('-e BOILARR_SERVER_URL=https://nas/boilarr \\\n');
  expect(archive?.command).toBe('boilarr-node --token join_1');
});

it('has a command of one shell line, however many it is shown on', () => {
  const lines = joinCommands('http://nas:2645/', 'join_1', '')[0]?.command.split('\n') ?? [];
  expect(lines.slice(0, -1).every((line) => line.endsWith(' \\'))).toBe(true);
  expect(lines.at(-1)).toMatch(/boilarr-node$/);
});

it.each([
  ['http://localhost:2645/', true],
  ['http://127.0.0.1:2645/', true],
  ['http://[::1]:2645/boilarr/', true],
  ['http://nas:2645/', false],
  ['http://192.168.1.2:2645/', false],
  ['https://localhost.example/', false],
])('%s means the own machine: %s', (base, loopback) => {
  expect(isLoopback(base)).toBe(loopback);
});
