import { expect, it } from 'vitest';
import { mediaInfo } from '../media/media-info.fixture.js';
import { decide } from '../plan/decide.js';
import type { Plan } from '../plan/plan.types.js';
import { profileSchema, type ProfileInput } from '../profile/schema/index.js';
import { dateArgs } from './date-args.js';

function planOf(input: ProfileInput): Plan {
  const decision = decide(mediaInfo(), profileSchema.parse(input));
  if (decision.verdict === 'skip') throw new Error(decision.reason.message);
  return decision.plan;
}

it.each<[string, string | undefined, ProfileInput, string | null]>([
  ['a day of its own', '2012-06-01T12:30:15.000000Z', {}, 'date=2012-06-01T12:30:15Z'],
  ['another zone', '2012-06-01T12:30:15+0200', {}, 'date=2012-06-01T10:30:15Z'],
  ['a clock that was never set', '1904-01-01T00:00:00.000000Z', {}, null],
  ['none', undefined, {}, null],
  ['no date at all', 'soon', {}, null],
  ['tags that are dropped', '2012-06-01T12:30:15Z', { keep: { tags: false } }, null],
  ['a file that ffmpeg dates', '2012-06-01T12:30:15Z', { container: 'mp4' }, null],
])('dates a file with %s', (_name, time, input, wanted) => {
  const info = mediaInfo(undefined, { tags: time === undefined ? {} : { creation_time: time } });
  expect(dateArgs(info, planOf(input), '/work/output.mkv')?.at(-1) ?? null).toBe(wanted);
});
