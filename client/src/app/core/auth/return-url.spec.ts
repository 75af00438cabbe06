import { expect, it } from 'vitest';
import { safeReturnUrl } from './return-url';

it.each([
  ['/queue?show=failed', '/queue?show=failed'],
  ['/', '/'],
  [null, '/'],
  [undefined, '/'],
  ['', '/'],
  ['//elsewhere.example', '/'],
  ['https://elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/login?returnUrl=/queue', '/'],
])('%s -> %s', (url, safe) => {
  expect(safeReturnUrl(url)).toBe(safe);
});
