import type { Schedule } from '#contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activityOf, isInSchedule } from './node-activities.service.js';

const before = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'Europe/Berlin';
});
afterAll(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

/** Hours of Monday to Sunday. */
const week = (hours: Partial<Record<number, number[]>>): Schedule =>
  Array.from({ length: 7 }, (_, day) => hours[day] ?? []);
const [MONDAY, SATURDAY, SUNDAY] = [0, 5, 6];

describe('isInSchedule', () => {
  it.each<[string, string, Schedule, boolean]>([
    ['the first minute of an hour', '2026-06-01T20:00:00Z', week({ [MONDAY]: [22] }), true],
    ['the last one', '2026-06-01T20:59:59.999Z', week({ [MONDAY]: [22] }), true],
    ['the next hour', '2026-06-01T21:00:00Z', week({ [MONDAY]: [22] }), false],
    ['the hour of another day', '2026-06-02T20:30:00Z', week({ [MONDAY]: [22] }), false],
    ['a Sunday', '2026-06-07T10:00:00Z', week({ [SUNDAY]: [12] }), true],
    ['midnight, which is the next day', '2026-06-06T22:00:00Z', week({ [SUNDAY]: [0] }), true],
    ['midnight by another clock', '2026-06-07T00:00:00Z', week({ [SUNDAY]: [0] }), false],
    ['winter', '2026-01-05T21:30:00Z', week({ [MONDAY]: [22] }), true],
    ['no hour at all', '2026-06-01T20:00:00Z', week({}), false],
    // On 29 March 2026 the clock goes from 2 to 3, on 25 October from 3 back to 2.
    [
      'the last moment before the hour that is left out',
      '2026-03-29T00:59:59Z',
      week({ [SUNDAY]: [1] }),
      true,
    ],
    ['the moment after it', '2026-03-29T01:00:00Z', week({ [SUNDAY]: [3] }), true],
    ['the hour that is left out', '2026-03-29T01:30:00Z', week({ [SUNDAY]: [2] }), false],
    ['the repeated hour', '2026-10-25T00:30:00Z', week({ [SUNDAY]: [2] }), true],
    ['the repeated hour again', '2026-10-25T01:30:00Z', week({ [SUNDAY]: [2] }), true],
    ['the hour after both', '2026-10-25T02:00:00Z', week({ [SUNDAY]: [2] }), false],
    ['the evening before', '2026-10-24T21:30:00Z', week({ [SATURDAY]: [23] }), true],
  ])('knows %s', (_name, at, schedule, wanted) => {
    expect(isInSchedule(schedule, new Date(at))).toBe(wanted);
  });

  it('works through every moment of a week of all hours', () => {
    const all = Array.from({ length: 7 }, () => Array.from({ length: 24 }, (_, hour) => hour));
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(fc.property(moment, (now) => isInSchedule(all, now) && !isInSchedule(week({}), now)));
  });
});

describe('activityOf', () => {
  const node = { enabled: true, paused: null, schedule: null, outsideSchedule: 'now' } as const;
  const never = week({});
  it.each([
    [{}, 'work', null],
    [{ schedule: never }, 'now', 'schedule'],
    [{ schedule: never, outsideSchedule: 'giveBack' }, 'giveBack', 'schedule'],
    [{ paused: 'afterJob' }, 'afterJob', 'user'],
    [{ paused: 'afterJob', schedule: never }, 'afterJob', 'user'],
    [{ paused: 'now', enabled: false }, 'afterJob', 'disabled'],
  ] as const)('of %j is %s', (told, mode, why) => {
    expect(activityOf({ ...node, ...told }, new Date())).toEqual({
      mode,
      why,
    });
  });
});
