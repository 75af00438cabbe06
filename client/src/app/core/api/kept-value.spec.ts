import { expect, it } from 'vitest';
import { keepsValue } from './kept-value';

type Case = [...Parameters<typeof keepsValue>, boolean];

it.each<Case>([
  ['loading', 'resolved', true],
  ['reloading', 'resolved', true],
  ['error', 'reloading', true],
  ['error', 'error', true],
  ['loading', 'error', true],
  ['error', 'loading', false],
  ['error', undefined, true],
])('a resource that is in %s after %s keeps its value: %s', (status, before, keeps) => {
  expect(keepsValue(status, before)).toBe(keeps);
});
