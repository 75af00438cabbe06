import { describe, expect, it } from 'vitest';
import {
  AccessWatch,
  ASK_EVERY_MS,
  REFUSED_AFTER_MS,
  troubleOf,
  UNREACHABLE_AFTER_MS,
} from './access-watch.js';

describe('troubleOf', () => {
  const coded = (code: string) => Object.assign(new Error(''), { code });
  it.each([
    [new Error('WRONGPASS invalid username-password pair or user is disabled.'), 'refused'],
    [new Error('NOAUTH Authentication required.'), 'refused'],
    [new Error("NOPERM User node-1 has no permissions to run the 'info' command"), 'refused'],
    [coded('ECONNREFUSED'), 'unreachable'],
    [coded('ENOTFOUND'), 'unreachable'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'unreachable'],
    [new Error('connect ETIMEDOUT'), 'unreachable'],
    [new Error('Connection is closed.'), 'unreachable'],
    [new Error('LOADING Redis is loading the dataset in memory'), null],
    [new Error('ERR unknown command'), null],
  ])('%s', (error, expected) => {
    expect(troubleOf(error)).toBe(expected);
  });
});

describe('when the server is asked for access anew', () => {
  /** An error each second from `from` on. @returns the seconds at which it asks, up to `until` */
  function asks(watch: AccessWatch, kind: 'refused' | 'unreachable', from: number, until: number): number[] {
    const seconds: number[] = [];
    for (let second = from; second <= until; second += 1) {
      watch.failed(kind, second * 1000);
      if (watch.due(second * 1000)) seconds.push(second);
    }
    return seconds;
  }
  const [refused, unreachable, every] = [REFUSED_AFTER_MS, UNREACHABLE_AFTER_MS, ASK_EVERY_MS].map(
    (ms) => ms / 1000,
  );

  it('does so once it has been refused for a while, and not at every error after', () => {
    expect(asks(new AccessWatch(), 'refused', 0, 70)).toEqual([
      refused,
      refused! + every!,
      refused! + 2 * every!,
    ]);
  });

  it('is slower where Redis is merely away, as at its restart', () => {
    expect(asks(new AccessWatch(), 'unreachable', 0, 70)).toEqual([unreachable]);
  });

  it('begins anew when Redis has worked, when the trouble changes, and when the errors are far apart', () => {
    const worked = new AccessWatch();
    expect(asks(worked, 'refused', 0, refused! - 1)).toEqual([]);
    worked.worked();
    expect(asks(worked, 'refused', refused!, 2 * refused! - 1)).toEqual([]);
    const changed = new AccessWatch();
    asks(changed, 'unreachable', 0, 10);
    expect(asks(changed, 'refused', 11, 11 + refused! - 1)).toEqual([]);
    const rare = new AccessWatch();
    for (let minute = 0; minute < 10; minute += 1) {
      rare.failed('refused', minute * 60_000);
      expect(rare.due(minute * 60_000 + 1)).toBe(false);
    }
  });
});
