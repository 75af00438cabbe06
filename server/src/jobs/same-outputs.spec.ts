import { expect, it } from 'vitest';
import { sameOutputs } from './same-outputs.js';

const output = (name: string, sha256: string, size = 1) => ({
  ...{ name, sha256: sha256.repeat(64), size, stagedPath: `/work/${Math.random()}`, extension: 'mkv' },
});
const delivery = (...outputs: ReturnType<typeof output>[]) => ({ outputs, result: {} });

it.each([
  ['the same bytes at another place', delivery(output('a', '1')), delivery(output('a', '1')), true],
  ['other bytes', delivery(output('a', '1')), delivery(output('a', '2')), false],
  ['another size', delivery(output('a', '1')), delivery(output('a', '1', 2)), false],
  ['another name', delivery(output('a', '1')), delivery(output('b', '1')), false],
  ['one more', delivery(output('a', '1')), delivery(output('a', '1'), output('b', '2')), false],
  ['nothing before', null, delivery(output('a', '1')), false],
  ['something else before', { outputs: 1 }, delivery(output('a', '1')), false],
])('%s', (_name, earlier, now, same) => {
  expect(sameOutputs(earlier, now)).toBe(same);
});
