import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSameContent } from './same-content.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-same-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MIB = 1024 * 1024;
const bytes = (size: number, change?: number) => {
  const made = Buffer.alloc(size, 'abc');
  if (change !== undefined) made[change] = 0;
  return made;
};

describe('isSameContent', () => {
  it.each([
    ['nothing', bytes(0), bytes(0), true],
    ['the same', bytes(10), bytes(10), true],
    ['the same in several pieces', bytes(2 * MIB + 5), bytes(2 * MIB + 5), true],
    ['the same in whole pieces', bytes(2 * MIB), bytes(2 * MIB), true],
    ['a byte at the beginning', bytes(10), bytes(10, 0), false],
    ['the last byte', bytes(2 * MIB + 5), bytes(2 * MIB + 5, 2 * MIB + 4), false],
    ['the first byte of a piece', bytes(2 * MIB), bytes(2 * MIB, MIB), false],
    ['a byte more', bytes(10), bytes(11), false],
    ['nothing and something', bytes(0), bytes(1), false],
  ])('%s', async (_name, one, other, same) => {
    await writeFile(path.join(folder, 'one'), one);
    await writeFile(path.join(folder, 'other'), other);
    expect(await isSameContent(path.join(folder, 'one'), path.join(folder, 'other'))).toBe(same);
  });
});
