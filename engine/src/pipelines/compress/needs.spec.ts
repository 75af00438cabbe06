import type { Capabilities } from '#contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lacks, shownCapabilities, slotOf } from '../../command/encoders/needs.js';
import { parseFfprobe } from '../../media/ffprobe.js';
import { decide } from '../../plan/decide.js';
import { describeCommands } from './commands.js';
import { compressNeeds } from './needs.js';
import { anyDocument } from './testing/any-document.js';
import { anyProfile } from './testing/any-profile.js';

const SOFTWARE = ['libsvtav1', 'libx265', 'libx264', 'libopus', 'aac'];
const TOOL = { path: '/nowhere', version: '1' };

const anyNode = fc
  .record({ encoders: fc.subarray(SOFTWARE), filters: fc.subarray(['libvmaf', 'xpsnr', 'ssim']) })
  .map(({ encoders, filters }): Capabilities => ({
    tools: { ffmpeg: TOOL, ffprobe: TOOL, mkvmerge: TOOL, mkvpropedit: TOOL },
    ...{ encoders, decoders: [], filters, hardwareEncoders: [], gpus: [], svtAv1Version: '1.4.1' },
    ...{ cores: 4, memoryBytes: 1e10, platform: 'linux-x64' },
  }));

/** The encoders that a command names, subtitles' left out. */
const encodersIn = (argv: readonly string[]) =>
  argv.filter((word, index) => /^-c:[va]/.test(argv[index - 1] ?? '') && word !== 'copy');

describe('compressNeeds', () => {
  it('names every program and encoder of the commands, and says what a node would be refused for', () => {
    let encodes = 0;
    fc.assert(
      fc.property(anyDocument, anyProfile, anyNode, (document, profile, node) => {
        const info = parseFfprobe(document);
        const decision = decide(info, profile);
        if (decision.verdict === 'skip') return;
        encodes += 1;
        const { plan } = decision;
        const needs = compressNeeds(info, plan, profile);
        const capabilities = shownCapabilities(node, null);
        const parts = { source: '/films/film.mkv', info, plan, workFolder: '/work' };
        const { commands, refused } = describeCommands({ ...parts, capabilities });
        if (slotOf(needs) !== 'gpu' && lacks(needs, node, 'cpu').length === 0) expect(refused).toBeNull();
        if (refused !== null) expect(lacks(needs, node, 'cpu')).not.toEqual([]);
        for (const { argv } of commands) {
          expect(needs.tools).toContain(argv[0]);
          for (const name of encodersIn(argv)) expect(needs.encoders.flat()).toContain(name);
        }
      }),
      { numRuns: 1000 },
    );
    expect(encodes).toBeGreaterThan(100);
  });

  it('keeps a picture whose grain is yet to be measured from cards, where the encoder is chosen', () => {
    fc.assert(
      fc.property(anyDocument, anyProfile, (document, any) => {
        const video = { ...any.video, codec: 'av1', encoder: 'auto', filmGrain: 'auto' } as const;
        const profile = { ...any, video };
        const info = parseFfprobe(document);
        const decision = decide(info, profile);
        if (decision.verdict === 'encode')
          expect(slotOf(compressNeeds(info, decision.plan, profile))).toBe('cpu');
      }),
    );
  });
});
