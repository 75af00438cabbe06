import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobInput } from '#contracts';
import { SharedFile } from './shared-file.js';
import { NoAnswer } from './within.js';

let folder: string;
let input: JobInput;
beforeEach(async () => {
  // Nothing is late here but what hangs for ever.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-shared-'));
  const file = path.join(folder, 'film.mkv');
  await writeFile(file, 'the film');
  const { size, mtimeNs } = await stat(file, { bigint: true });
  input = { name: 'source', path: file, size: Number(size), mtimeNs: String(mtimeNs) };
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Calls on open files never come back, as on a share whose server is gone. */
async function hang(call: 'read' | 'stat'): Promise<void> {
  const handle = await open(input.path);
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  vi.spyOn(prototype, call).mockReturnValue(new Promise<never>(() => undefined));
}

describe('SharedFile', () => {
  const { signal } = new AbortController();

  it('reads what was claimed', async () => {
    const file = await SharedFile.open(input.path, input);
    expect(String(await file.read(4, signal))).toBe('film');
    await file.finish();
    file.close();
  });

  /** What comes of it after a while in which nothing has moved. */
  const inTime = async (work: Promise<unknown>, ms: number): Promise<unknown> => {
    const outcome = work.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    return outcome;
  };

  it('waits for no share that hangs while it reads, but for a slow one', async () => {
    const file = await SharedFile.open(input.path, input, 1000);
    await hang('read');
    const outcome = await inTime(file.read(0, signal), 6000);
    expect(outcome).toEqual(new NoAnswer(6000));
    expect(String(outcome)).toMatch(/no answer within 6 s; is the share there\?$/);
    file.close();
  });

  it.each(['opens', 'compares'])('waits for no share that hangs while it %s', async (when) => {
    const file = await SharedFile.open(input.path, input, 1000);
    await hang('stat');
    const work = when === 'opens' ? SharedFile.open(input.path, input, 1000) : file.finish();
    const outcome = work.catch((error: unknown) => error);
    for (let turn = 0; turn < 100; turn += 1) {
      // The file system takes its own time for what does not hang.
      await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(await outcome).toBeInstanceOf(NoAnswer);
    file.close();
  });

  it('can be ended while it hangs', async () => {
    const file = await SharedFile.open(input.path, input, 60_000);
    await hang('read');
    const ending = new AbortController();
    const reading = file.read(0, ending.signal);
    ending.abort(new Error('the agent ends'));
    await expect(reading).rejects.toThrow('the agent ends');
    file.close();
  });
});
