import type { FileStatus, HardLinkPolicy } from '#contracts';
import { describe, expect, it } from 'vitest';
import { hardLinkReason, isHeld, standingOf } from './hard-links.js';

type Case = [FileStatus, known: number, held: boolean, now: number, HardLinkPolicy, string];

describe('what the number of names says of a file that was decided on', () => {
  it.each<Case>([
    ['queued', 1, false, 1, 'skip', 'unchanged'],
    ['queued', 1, false, 2, 'skip', 'anew'],
    ['queued', 1, false, 2, 'wait', 'anew'],
    ['queued', 1, false, 2, 'break', 'recount'],
    ['queued', 2, false, 3, 'skip', 'unchanged'],
    ['skipped', 1, false, 2, 'skip', 'recount'],
    ['replaced', 1, false, 2, 'skip', 'recount'],
    ['replaced', 2, false, 1, 'skip', 'recount'],
    ['skipped', 2, true, 2, 'skip', 'unchanged'],
    ['skipped', 2, true, 3, 'skip', 'unchanged'],
    ['skipped', 2, true, 1, 'skip', 'anew'],
    // Held when its output was delivered, and alone again before any scan has seen the other name.
    ['skipped', 1, true, 1, 'skip', 'anew'],
    ['skipped', 1, true, 2, 'skip', 'recount'],
    ['skipped', 2, true, 2, 'wait', 'anew'],
    ['skipped', 2, true, 2, 'break', 'anew'],
    ['waiting', 2, true, 2, 'wait', 'unchanged'],
    ['waiting', 2, true, 1, 'wait', 'anew'],
    ['waiting', 2, true, 2, 'skip', 'anew'],
    ['failed', 2, true, 1, 'skip', 'recount'],
  ])(
    '%s, %d names (held: %s), now %d, policy %s: %s',
    (status, links, heldByLinks, now, policy, expected) => {
      expect(standingOf({ status, links, heldByLinks }, now, policy)).toBe(expected);
    },
  );

  it.each<[number, HardLinkPolicy, boolean]>([
    [1, 'skip', false],
    [2, 'skip', true],
    [2, 'wait', true],
    [2, 'break', false],
  ])('%d names and policy %s: held is %s', (links, policy, expected) => {
    expect(isHeld(links, policy)).toBe(expected);
  });

  it('tells what happens next', () => {
    expect(hardLinkReason('a.mkv', 2, 'wait').message).toContain('waits until');
    expect(hardLinkReason('a.mkv', 2, 'skip').message).toContain('left as it is');
  });
});
