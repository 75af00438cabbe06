import { expect, it } from 'vitest';
import type { NodeActivity, NodeResource } from '#contracts';
import { isPaused, stateOf, tagsOf } from './node-state';

type Told = Parameters<typeof stateOf>[0];

const WORKS: NodeActivity = { mode: 'work', why: null };

function aNode(change: Partial<Told> = {}): Told {
  return { state: 'online', enabled: true, builtIn: false, activity: WORKS, resting: null, ...change };
}

it.each<[Partial<Told>, string]>([
  [{}, 'Online'],
  [{ state: 'offline' }, 'Offline'],
  [{ enabled: false, activity: { mode: 'afterJob', why: 'disabled' } }, 'Switched off'],
  [{ enabled: false, state: 'offline' }, 'Switched off'],
  [{ activity: { mode: 'now', why: 'user' }, resting: 'user' }, 'Paused'],
  [{ state: 'offline', activity: { mode: 'now', why: 'user' } }, 'Offline'],
  [{ activity: { mode: 'giveBack', why: 'schedule' } }, 'Outside its hours'],
  [{ activity: { mode: 'afterJob', why: 'disabled' } }, 'Not let in'],
  [{ resting: 'busy' }, 'Makes way for other programs'],
])('%j is shown as %s', (change, label) => {
  expect(stateOf(aNode(change)).label).toBe(label);
});

it.each<[NodeResource['activity'], boolean]>([
  [WORKS, false],
  [{ mode: 'afterJob', why: 'user' }, true],
  [{ mode: 'afterJob', why: 'schedule' }, false],
])('a node with %j can be told to go on: %s', (activity, paused) => {
  expect(isPaused({ activity })).toBe(paused);
});

it.each([
  ['', []],
  [' , ', []],
  ['gpu-box', ['gpu-box']],
  ['GPU-box, attic attic', ['gpu-box', 'attic']],
])('reads the tags of "%s"', (text, tags) => {
  expect(tagsOf(text)).toEqual(tags);
});
