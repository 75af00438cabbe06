import type { Capabilities } from '#contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEncoder } from './choose.js';
import { ENCODER_NAMES } from './index.js';
import { lacks, shownCapabilities, slotOf, videoNeeds, type Needs } from './needs.js';
import { anyVideoEncode, videoEncode } from './testing/video-encode.js';

const CAPABILITIES: Capabilities = {
  ...{ tools: {}, encoders: [], decoders: [], filters: [], hardwareEncoders: [], gpus: [] },
  ...{ svtAv1Version: null, cores: 1, memoryBytes: 1, platform: 'linux-x64' },
};
const HARDWARE = ENCODER_NAMES.filter((name) => !name.startsWith('lib'));

const anyCapabilities = fc
  .record({
    encoders: fc.subarray([...ENCODER_NAMES]),
    devices: fc.array(fc.subarray(HARDWARE), { maxLength: 3 }),
  })
  .map(({ encoders, devices }): Capabilities => {
    const gpus = devices.map((own, index) => ({
      ...{ id: `nvidia:${index}`, name: 'card', vendor: 'nvidia' as const },
      encoders: own,
    }));
    return { ...CAPABILITIES, encoders, gpus, hardwareEncoders: [...new Set(devices.flat())] };
  });
const anyVideo = fc
  .constantFrom('av1' as const, 'hevc' as const, 'h264' as const)
  .chain((codec) => anyVideoEncode(codec));

const needsOf = (video: Parameters<typeof videoNeeds>[0]): Needs => ({
  ...{ tools: [], filters: [] },
  ...videoNeeds(video),
});

describe('lacks', () => {
  it('says nothing exactly where an encoder is chosen', () => {
    fc.assert(
      fc.property(anyVideo, anyCapabilities, (video, capabilities) => {
        const needs = needsOf(video);
        const inCpu = chooseEncoder(video, shownCapabilities(capabilities, null));
        expect(lacks(needs, capabilities, 'cpu').length === 0).toBe(inCpu.ok);
        const inGpu = capabilities.gpus.some((device) => {
          const choice = chooseEncoder(video, shownCapabilities(capabilities, device));
          return choice.ok && choice.hardware;
        });
        const slot = slotOf(needs);
        // What needs no card is never handed out for one.
        expect(slot !== 'cpu' && lacks(needs, capabilities, 'gpu').length === 0).toBe(inGpu);
        if (slot === 'gpu') expect(inCpu.ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['cpu', {}, CAPABILITIES, ['ffmpeg', 'SVT-AV1 (libsvtav1)', 'the filter libvmaf or xpsnr']],
    ['gpu', { encoder: 'nvenc' }, CAPABILITIES, ['a GPU']],
    [
      'cpu',
      { encoder: 'nvenc' },
      CAPABILITIES,
      ['ffmpeg', 'SVT-AV1 (libsvtav1) or av1_nvenc', 'the filter libvmaf or xpsnr'],
    ],
  ] as const)('in a %s lane names what is missing for %o', (kind, special, capabilities, expected) => {
    const needs = { ...videoNeeds(videoEncode(special)), tools: ['ffmpeg'], filters: ['libvmaf', 'xpsnr'] };
    expect(lacks(needs, capabilities, kind)).toEqual(expected);
  });

  it('counts only cards that have slots', () => {
    const gpu = { id: 'nvidia:0', name: 'card', vendor: 'nvidia', encoders: ['av1_nvenc'] } as const;
    const capabilities = { ...CAPABILITIES, gpus: [{ ...gpu, encoders: [...gpu.encoders] }] };
    const needs = needsOf(videoEncode({ encoder: 'nvenc' }));
    expect(lacks(needs, capabilities, 'gpu')).toEqual([]);
    expect(lacks(needs, capabilities, 'gpu', [])).toEqual(['a GPU']);
  });
});

describe('slotOf', () => {
  it.each([
    [{ encoder: 'software' }, 'cpu'],
    [{ encoder: 'svt' }, 'cpu'],
    [{ encoder: 'auto' }, 'any'],
    [{ encoder: 'auto', filmGrain: 8 }, 'cpu'],
    [{ encoder: 'nvenc', fallback: 'software' }, 'any'],
    [{ encoder: 'nvenc', fallback: 'software', filmGrain: 8 }, 'any'],
    [{ encoder: 'vaapi', fallback: 'none' }, 'gpu'],
    [{ encoder: 'qsv', fallback: 'none', codec: 'hevc' }, 'gpu'],
    [{ encoder: 'qsv', fallback: 'software', codec: 'h264', pixelFormat: 'yuv420p10le' }, 'cpu'],
    [{ encoder: 'auto', codec: 'h264', pixelFormat: 'yuv420p' }, 'any'],
  ] as const)('%o goes to %s', (special, slot) => {
    expect(slotOf(needsOf(videoEncode(special)))).toBe(slot);
  });
});
