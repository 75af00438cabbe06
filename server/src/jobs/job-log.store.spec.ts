import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppConfig } from '../config/app-config.js';
import { JobLogStore } from './job-log.store.js';

let folder: string;
let logs: JobLogStore;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-job-log-'));
  logs = new JobLogStore({ jobLogsFolder: path.join(folder, 'jobs') } as AppConfig);
  await logs.onModuleInit();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tailOf(log: string, tail?: number): Promise<string | null> {
  await logs.remove(1);
  if (log !== '') await logs.append(1, log);
  const stream = await logs.read(1, tail);
  return stream === null ? null : text(stream);
}

describe('the end of a log', () => {
  it.each([
    ['', 10, null],
    ['one\ntwo\n', undefined, 'one\ntwo\n'],
    ['one\ntwo\n', 8, 'one\ntwo\n'],
    ['one\ntwo\n', 100, 'one\ntwo\n'],
    ['one\ntwo\n', 7, 'two\n'],
    ['one\ntwo\n', 4, 'two\n'],
    ['one\ntwo\n', 3, ''],
    ['one\ntwo', 3, 'two'],
    ['one\ntwö\n', 5, 'twö\n'],
    ['one\ntwö\n', 2, ''],
  ])('of %j in %j bytes', async (log, tail, expected) => {
    expect(await tailOf(log, tail)).toBe(expected);
  });

  it('is never longer than asked, begins with a line and leaves out none that would fit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'grapheme', maxLength: 12 }).map((line) => line.replaceAll('\n', '')),
          { minLength: 1 },
        ),
        fc.integer({ min: 1, max: 200 }),
        async (lines, tail) => {
          const log = lines.map((line) => `${line}\n`).join('');
          const found = (await tailOf(log, tail)) ?? '';
          const fitting = lines.map((_line, at) => `${lines.slice(at).join('\n')}\n`);
          expect(found).toBe(fitting.find((end) => Buffer.byteLength(end) <= tail) ?? '');
        },
      ),
      { numRuns: 60 },
    );
  });
});
