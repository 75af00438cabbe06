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
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-shared-'));
  const file = path.join(folder, 'film.mkv');
  await writeFile(file, 'the film');
  const { size, mtimeNs } = await stat(file, { bigint: true });
  input = { name: 'source', path: file, size: Number(size), mtimeNs: String(mtimeNs) };
});
afterEach(async () => {
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

  it('waits for no share that hangs while it reads', async () => {
    const file = await SharedFile.open(input.path, input, 50);
    await hang('read');
    await expect(file.read(0, signal)).rejects.toThrow(/^no answer within 0.05 s; is the share there\?$/);
    file.close();
  });

  it.each(['opens', 'compares'])('waits for no share that hangs while it %s', async (when) => {
    const file = await SharedFile.open(input.path, input, 50);
    await hang('stat');
    const work = when === 'opens' ? SharedFile.open(input.path, input, 50) : file.finish();
    await expect(work).rejects.toBeInstanceOf(NoAnswer);
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
