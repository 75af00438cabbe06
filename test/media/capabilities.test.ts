import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HARDWARE_ENCODERS, trialArgs } from '#engine/command/encoders/trial.js';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { run } from './tools.js';

it('counts a hardware encoder only when it really encodes', async () => {
  const { encoders, hardwareEncoders, filters } = await findCapabilities();
  const listed = HARDWARE_ENCODERS.filter(({ name }) => encoders.includes(name));
  expect(listed.length).toBeGreaterThan(0);
  for (const { name, codec } of listed) {
    const outcome = await run('ffmpeg', trialArgs(name, codec)).then(
      () => 'encodes',
      (error: unknown) => String(error),
    );
    expect(hardwareEncoders.includes(name), outcome).toBe(outcome === 'encodes');
    // What fails must be the hardware, not what it was told.
    expect(outcome).not.toMatch(/unrecognized option|unable to parse|undefined constant|no such filter/i);
  }
  if (!existsSync('/dev/dri')) expect(hardwareEncoders.filter((name) => name.endsWith('_vaapi'))).toEqual([]);
  if (!existsSync('/dev/nvidia0'))
    expect(hardwareEncoders.filter((name) => name.endsWith('_nvenc'))).toEqual([]);
  expect(filters).toContain('ssim');
});
