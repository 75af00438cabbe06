import { describe, expect, it } from 'vitest';
import { joinCommand, serverUrl, type RequestedUrl } from './join-command.js';

describe('serverUrl', () => {
  it.each<[string, Partial<RequestedUrl>, string]>([
    ['a name', { host: 'nas:2645' }, 'http://nas:2645/b'],
    ['an address', { host: '192.168.1.2:2645' }, 'http://192.168.1.2:2645/b'],
    ['an IPv6 address', { host: '[fd00::1]:2645' }, 'http://[fd00::1]:2645/b'],
    ['TLS', { host: 'nas', protocol: 'https' }, 'https://nas/b'],
    [
      'a proxy',
      { host: '10.0.0.1:2645', forwardedProtocol: 'https', forwardedHost: 'b.example' },
      'https://b.example/b',
    ],
    [
      'a row of proxies',
      { host: 'x', forwardedProtocol: 'https, http', forwardedHost: 'b.example, y' },
      'https://b.example/b',
    ],
    [
      'a proxy that says nonsense',
      { host: 'nas', forwardedProtocol: 'gopher', forwardedHost: 'a b' },
      'http://nas/b',
    ],
    ['no host', { host: undefined }, 'http://localhost:2645/b'],
    ['a command', { host: 'nas;reboot' }, 'http://localhost:2645/b'],
    ['a substitution', { host: '$(reboot)' }, 'http://localhost:2645/b'],
    ['a line', { host: 'nas\nreboot' }, 'http://localhost:2645/b'],
  ])('%s', (_what, asked, expected) => {
    expect(serverUrl({ protocol: 'http', host: undefined, ...asked }, 2645, '/b')).toBe(expected);
  });
});

it('names server and token in one command', () => {
  expect(joinCommand('http://nas:2645', 'join_0')).toBe(
    'boilarr-node --server http://nas:2645 --token join_0',
  );
});
