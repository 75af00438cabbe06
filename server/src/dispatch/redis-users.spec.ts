import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeOfUser, NODE_COMMANDS, redisUser, userRules } from './redis-users.js';

const BULL = path.dirname(createRequire(import.meta.url).resolve('bull'));

/** The commands that a script of Bull's may call, with those of the parts that it includes. */
function commandsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const called = [...text.matchAll(/\b(?:rcall|redis\.call)\(\s*["'](\w+)["']/g)].map(
    ([, command]) => command ?? '',
  );
  const included = [...text.matchAll(/^---? *@include "([^"]+)"/gm)].map(([, part]) => `${part ?? ''}.lua`);
  return [...called, ...included.flatMap((part) => commandsOf(path.join(path.dirname(file), part)))];
}

describe('what a node may do at Redis', () => {
  it.each(['moveToActive', 'moveToFinished'])('is enough for Bull’s script %s', (script) => {
    const folder = path.join(BULL, 'lib', 'commands');
    const file = readdirSync(folder).find((name) => name.startsWith(`${script}-`)) ?? '';
    const needed = new Set(commandsOf(path.join(folder, file)).map((command) => command.toLowerCase()));
    expect(needed.size).toBeGreaterThan(10);
    const allowed: readonly string[] = NODE_COMMANDS;
    expect([...needed].filter((command) => !allowed.includes(command))).toEqual([]);
  });

  it('names no category and nothing but its own keys and channels', () => {
    const rules = userRules('0a1b2c3d', 7, 'f'.repeat(64));
    expect(rules.slice(0, 2)).toEqual(['reset', 'on']);
    expect(rules.filter((rule) => /^[~&%]/.test(rule))).toEqual([
      '~bull:boilarr-0a1b2c3d-node-7-*',
      '&bull:boilarr-0a1b2c3d-node-7-*',
    ]);
    expect(rules.filter((rule) => rule.startsWith('+')).every((rule) => /^\+[a-z]+$/.test(rule))).toBe(true);
    expect(rules.filter((rule) => rule.startsWith('>') || rule === 'nopass')).toEqual([]);
  });

  it.each([
    [redisUser('0a1b2c3d', 7), 7],
    [redisUser('0a1b2c3d', 123), 123],
    [redisUser('ffffffff', 7), null],
    ['default', null],
    ['boilarr-0a1b2c3d-node-', null],
    ['boilarr-0a1b2c3d-node-7x', null],
    ['x-boilarr-0a1b2c3d-node-7', null],
  ])('tells whose user %s is', (user, node) => {
    expect(nodeOfUser('0a1b2c3d', user)).toBe(node);
  });
});
