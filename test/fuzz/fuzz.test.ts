import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { wholeClips } from './clips.ts';
import { KINDS, mutant } from './mutate.ts';
import { reachedEncoder, reportText } from './report.ts';
import { fuzz } from './run.ts';

/** One file of each kind. */
const FILES = KINDS.length;
const SEED = 1;

describe('damaged files', () => {
  it('are the same for the same seed, and others for another', async () => {
    const clips = await wholeClips();
    // By hash: comparing megabytes one by one takes the better part of a minute.
    const all = (seed: number) =>
      KINDS.map((_, index) => {
        const { bytes, ...rest } = mutant(clips, seed, index);
        return { ...rest, sha256: createHash('sha256').update(bytes).digest('hex') };
      });
    const once = all(SEED);
    expect(all(SEED)).toEqual(once);
    expect(all(SEED + 1).map(({ note }) => note)).not.toEqual(once.map(({ note }) => note));
  });

  it(`end with a status and a reason, whole or replaced: ${FILES} of them`, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-fuzz-'));
    try {
      const result = await fuzz(folder, await wholeClips(), { seed: SEED, files: FILES });
      expect(result.violations, reportText(result)).toEqual([]);
      expect(reachedEncoder(result), reportText(result)).toBeGreaterThanOrEqual(8);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 180_000);
});
