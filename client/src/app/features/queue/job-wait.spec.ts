import { expect, it } from 'vitest';
import { firstOpenStep, waitOf } from './job-wait';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const later = '2026-03-01T12:05:00.000Z';
const before = '2026-03-01T11:00:00.000Z';

it.each([
  ['a job that may begin', { state: 'pending', notBefore: null, deferredSince: null, attempt: 0 }, null],
  ['a pause that is over', { state: 'pending', notBefore: before, deferredSince: null, attempt: 1 }, null],
  ['a job at work', { state: 'running', notBefore: later, deferredSince: null, attempt: 1 }, null],
  [
    'a pause between attempts',
    { state: 'pending', notBefore: later, deferredSince: null, attempt: 1 },
    { heading: 'Pauses before the next attempt', until: later, since: null },
  ],
  [
    'a full disk',
    { state: 'pending', notBefore: later, deferredSince: before, attempt: 2 },
    { heading: 'Put off', until: later, since: before },
  ],
  [
    'a start that was set',
    { state: 'pending', notBefore: later, deferredSince: null, attempt: 0 },
    { heading: 'Waits', until: later, since: null },
  ],
] as const)('%s', (_what, job, wait) => {
  expect(waitOf(job, NOW)).toEqual(wait);
});

it.each([
  [[], null],
  [['pending', 'pending'], null],
  [['completed', 'completed', 'failed', 'pending'], 2],
  [['completed', 'completed'], 1],
] as const)('a job with the steps %j goes on at %s', (states, index) => {
  expect(firstOpenStep(states.map((state, at) => ({ index: at, state })))).toBe(index);
});
