import { expect, it } from 'vitest';
import { queryParams } from './query-params';

it('leaves out what is empty and joins lists', () => {
  expect(
    queryParams({ page: 2, state: ['running', 'queued'], libraryId: undefined, text: '', zero: 0 }),
  ).toEqual({
    page: '2',
    state: 'running,queued',
    zero: '0',
  });
});
