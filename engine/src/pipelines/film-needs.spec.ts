import type { Capabilities } from '#contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lacks, shownCapabilities, slotOf } from '../command/encoders/needs.js';
import { parseFfprobe } from '../media/ffprobe.js';
import { decide } from '../plan/decide.js';
import { describeCommands } from './describe-commands.js';
import { filmNeeds } from './film-needs.js';
import { anyDocument, dolbyVisionDocument } from './compress/testing/any-document.js';
import { anyProfile } from './compress/testing/any-profile.js';

const SOFTWARE = ['libsvtav1', 'libx265', 'libx264', 'libopus', 'aac'];
const TOOL = { path: '/nowhere', version: '1' };

const anyNode = fc
  .record({
    ...{ encoders: fc.subarray(SOFTWARE), more: fc.subarray(['dovi_tool', 'x265']) },
    filters: fc.subarray(['libvmaf', 'xpsnr', 'ssim']),
  })
  .map(({ encoders, filters, more }): Capabilities => ({
    tools: {
      ...{ ffmpeg: TOOL, ffprobe: TOOL, mkvmerge: TOOL, mkvpropedit: TOOL },
      ...Object.fromEntries(more.map((name) => [name, TOOL])),
    },
    ...{ encoders, decoders: [], filters, hardwareEncoders: [], gpus: [], svtAv1Version: '1.4.1' },
    ...{ cores: 4, memoryBytes: 1e10, platform: 'linux-x64' },
  }));

/** The encoders that a command names, subtitles' left out. */
const encodersIn = (argv: readonly string[]) =>
  argv.filter((word, index) => /^-c:[va]/.test(argv[index - 1] ?? '') && word !== 'copy');

describe('filmNeeds', () => {
  it('names every program and encoder of the commands, and says what a node would be refused for', () => {
    let encodes = 0;
    fc.assert(
      fc.property(
        fc.oneof(anyDocument, dolbyVisionDocument),
        anyProfile,
        anyNode,
        (document, profile, node) => {
          const info = parseFfprobe(document);
          const decision = decide(info, profile);
          if (decision.verdict === 'skip') return;
          encodes += 1;
          const { plan } = decision;
          const needs = filmNeeds(info, plan, profile);
          const capabilities = shownCapabilities(node, null);
          const parts = { source: '/films/film.mkv', info, plan, profile, workFolder: '/work' };
          const { commands, refused } = describeCommands({ ...parts, capabilities });
          if (slotOf(needs) !== 'gpu' && lacks(needs, node, 'cpu').length === 0) expect(refused).toBeNull();
          if (refused !== null) expect(lacks(needs, node, 'cpu')).not.toEqual([]);
          for (const { argv, input } of commands) {
            // What x265 does by itself where it has to, is done with dovi_tool where that is.
            if (argv[0] !== 'dovi_tool' || plan.dolbyVision?.kind !== 'profile81')
              expect(needs.tools).toContain(argv[0]);
            if (input !== null) expect(needs.tools).toContain(input[0]);
            for (const name of encodersIn(argv)) expect(needs.encoders.flat()).toContain(name);
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(encodes).toBeGreaterThan(50);
  });

  it('keeps a picture whose grain is yet to be measured from cards, where the encoder is chosen', () => {
    fc.assert(
      fc.property(anyDocument, anyProfile, (document, any) => {
        const video = { ...any.video, codec: 'av1', encoder: 'auto', filmGrain: 'auto' } as const;
        const profile = { ...any, video };
        const info = parseFfprobe(document);
        const decision = decide(info, profile);
        if (decision.verdict === 'encode' && decision.plan.pipeline === 'compress')
          expect(slotOf(filmNeeds(info, decision.plan, profile))).toBe('cpu');
      }),
    );
  });
});
