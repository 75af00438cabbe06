import { expect, it } from 'vitest';
import { HandWatch } from './hand-watch.js';

const ids = (...names: string[]) => new Set(names);

it('tells of a job that nobody claims, and of none that is claimed, or taken anew', () => {
  const watch = new HandWatch();
  expect(watch.stranded(ids('a', 'b', 'c'), 0)).toEqual(ids());
  expect(watch.stranded(ids('a', 'c'), 10_000)).toEqual(ids());
  expect(watch.stranded(ids('a', 'b'), 30_000)).toEqual(ids());
  expect(watch.stranded(ids('a', 'b', 'c'), 30_001)).toEqual(ids('a'));
  // Bull would not give it up yet.
  expect(watch.stranded(ids('a', 'b'), 60_001)).toEqual(ids('a', 'b'));
  expect(watch.stranded(ids(), 70_000)).toEqual(ids());
  expect(watch.stranded(ids('a'), 200_000)).toEqual(ids());
});
