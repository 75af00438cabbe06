import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReachReport } from '#contracts';
import type { ServerClient } from '../registration/server-client.js';
import { ReachCheck } from './reach-check.js';

let folder: string;
let library: string;
let told: ReachReport['results'];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-reach-'));
  library = path.join(folder, 'films');
  told = [];
  await mkdir(library);
});
afterEach(async () => {
  await chmod(library, 0o755);
  await rm(folder, { recursive: true });
});

/** A look at one library, by a file that the server would have put there. */
function check(limitMs?: number): ReachCheck {
  const probe = { libraryId: 1, root: library, file: 'probe', shows: 'text' };
  const client = {
    post: (route: string, body: unknown) => {
      if (route === 'reach-probes') return Promise.resolve({ probes: [probe] });
      told = (body as ReachReport).results;
      return Promise.resolve(null);
    },
  };
  return new ReachCheck(client as unknown as ServerClient, () => [], limitMs);
}

describe('ReachCheck', () => {
  it('needs to write nothing', async () => {
    await writeFile(path.join(library, 'probe'), 'hello', { mode: 0o444 });
    await chmod(library, 0o555);
    expect(await check().reaches(`${library}/a.mkv`)).toBe(true);
    expect(told).toMatchObject([{ content: 'hello', error: null, mapped: false }]);
  });

  it('ends at once at a pipe that nobody writes to', async () => {
    await execa('mkfifo', [path.join(library, 'probe')]);
    expect(await check().reaches(`${library}/a.mkv`)).toBe(false);
    expect(told).toMatchObject([{ content: null, error: 'it is not a file' }]);
  });

  it('waits no longer than its limit, and looks again when the reader has ended', async () => {
    await writeFile(path.join(library, 'probe'), 'hello');
    // No program starts within a millisecond.
    const hasty = check(1);
    expect(await hasty.reaches(`${library}/a.mkv`)).toBe(false);
    expect(told).toMatchObject([
      { content: null, error: expect.stringMatching(/not answered for 0.001 s/) as string },
    ]);
    // The same again, and not for ever that it still does not answer.
    await vi.waitFor(
      async () => {
        await hasty.run();
        expect(told[0]?.error).toMatch(/not answered for/);
      },
      { timeout: 20_000 },
    );
  });
});
