import path from 'node:path';
import { expect, it } from 'vitest';
import { withFolder } from '../tools.js';
import { GRAIN_CLIPS } from './clips.js';
import { encodeWith, type GrainResult } from './measure.js';

/** `npm run film-grain` has the fourth as well, which is as smooth as the animated one. */
const CLIPS = GRAIN_CLIPS.filter(({ name }) => name !== 'drawn');

it('gives each film the grain that it has, and saves by it where there is much', async () => {
  await withFolder(async (folder) => {
    const made: Record<string, GrainResult> = {};
    for (const { name, make } of CLIPS) {
      const setting = { filmGrain: 'auto', denoise: true, preset: 12 } as const;
      made[name] = await encodeWith(await make(folder), path.join(folder, name), setting);
    }
    for (const smooth of ['clean', 'animated']) {
      expect(made[smooth]!.noise).toBeLessThan(1);
      expect(made[smooth]!.grain).toBe(0);
    }
    const grainy = made['grainy']!;
    expect(grainy.noise).toBeGreaterThan(4);
    expect(grainy.grain).toBeGreaterThan(20);
    expect(grainy.shownNoise).toBeGreaterThan(2);

    const source = path.join(folder, 'grainy.mkv');
    const fixed = await encodeWith(source, path.join(folder, 'fixed'), {
      filmGrain: 8,
      denoise: true,
      preset: 12,
    });
    expect(grainy.size).toBeLessThan(0.8 * fixed.size);
    expect(grainy.ssim).toBeGreaterThan(fixed.ssim - 0.04);
  });
});
