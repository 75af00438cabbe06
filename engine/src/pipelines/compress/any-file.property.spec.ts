import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '#contracts';
import { parseFfprobe } from '../../media/ffprobe.js';
import type { MediaInfo, PictureLook } from '../../media/media-info.js';
import { withMeasurements } from '../../media/with-measurements.js';
import { decide } from '../../plan/decide.js';
import { explainDecision } from '../../plan/explain.js';
import type { FileFacts, Plan } from '../../plan/plan.types.js';
import { describeCommands } from './commands.js';
import { anyDocument } from './testing/any-document.js';
import { anyProfile } from './testing/any-profile.js';
import { wrongWith } from './testing/argument-grammar.js';

const HARDWARE = ['av1', 'hevc', 'h264'].flatMap((codec) =>
  ['nvenc', 'qsv', 'vaapi'].map((family) => `${codec}_${family}`),
);

const anyNode = fc.subarray(HARDWARE).map((hardwareEncoders): Capabilities => {
  const encoders = ['libsvtav1', 'libx265', 'libx264', 'libopus', 'aac', ...HARDWARE];
  return {
    ...{ tools: {}, encoders, decoders: ['libdav1d'], filters: ['ssim'], hardwareEncoders, gpus: [] },
    ...{ svtAv1Version: '1.4.1', cores: 4, memoryBytes: 1e10, platform: 'linux-x64' },
  };
});

const anyFacts: fc.Arbitrary<FileFacts> = fc.record({
  modifiedAt: fc.constantFrom(null, 0, 1.6e12),
  correction: fc.double({ min: 0.25, max: 4, noNaN: true }),
});

const anyLook: fc.Arbitrary<PictureLook | undefined> = fc.option(
  fc.record({
    scan: fc.constantFrom('progressive', 'interlaced', 'telecined', 'mixed', 'unclear'),
    topFieldFirst: fc.boolean(),
    noise: fc.option(fc.double({ min: 0, max: 60, noNaN: true })),
  }),
  { nil: undefined },
);

/** What a node would measure: each stream for itself, and now and then nothing of one. */
function measuredOf(info: MediaInfo, look: PictureLook | undefined, empty: number): MediaInfo {
  const streams = info.streams
    .filter(({ index }) => index !== empty)
    .map(({ index }) => ({
      ...{ index, packets: 10, discarded: 0, bytes: 1_000_000 },
      ...{ firstSeconds: 0.02, leadSeconds: 0, endSeconds: 6000 },
    }));
  return withMeasurements(info, { streams, ...(look === undefined ? {} : { look }) });
}

function accountsFor(info: MediaInfo, plan: Plan): void {
  expect(plan.streams.map(({ index }) => index)).toEqual(info.streams.map(({ index }) => index));
  for (const { reason } of [...plan.streams, ...plan.added]) {
    expect(reason.code).toMatch(/^[a-z0-9_]+$/);
    expect(reason.message).toMatch(/\.$/);
  }
  for (const { from } of plan.added) {
    const stream = info.streams.find(({ index }) => index === from);
    expect(stream?.kind).toBe('audio');
    expect(plan.streams.find(({ index }) => index === from)?.action).not.toBe('drop');
  }
  // A film that could be heard can still be heard.
  const kept = (kind: string) =>
    info.streams.filter(
      (stream) =>
        stream.kind === kind &&
        stream.packets !== 0 &&
        plan.streams.some(({ index, action }) => index === stream.index && action !== 'drop'),
    ).length;
  const has = (kind: string) => info.streams.some((stream) => stream.kind === kind && stream.packets !== 0);
  for (const kind of ['video', 'audio']) if (has(kind)) expect(kept(kind)).toBeGreaterThan(0);
  expect(Number.isSafeInteger(plan.expectedSize) && plan.expectedSize > 0).toBe(true);
  expect(Number.isSafeInteger(plan.sizeLimit)).toBe(true);
}

describe('whatever ffprobe says and a profile asks', () => {
  it('accounts for every stream once, or says why not; and builds commands that a tool can read', () => {
    const seen = { skipped: 0, encoded: 0, refused: 0, commands: 0 };
    fc.assert(
      fc.property(
        ...([anyDocument, anyProfile, anyFacts, anyNode, anyLook, fc.integer({ min: -1, max: 9 })] as const),
        (json, profile, file, capabilities, look, empty) => {
          const read = parseFfprobe(json);
          const info = look === undefined ? read : measuredOf(read, look, empty);
          const decision = decide(info, profile, file);
          expect(decision.reason.code).toMatch(/^[a-z0-9_]+$/);
          expect(decision.reason.message).toMatch(/\.$/);
          const explained = explainDecision(info, profile, file);
          expect(explained.decision).toEqual(decision);
          expect(explained.rules.filter(({ result }) => result === 'objected').length).toBe(
            decision.verdict === 'skip' ? 1 : 0,
          );
          if (decision.verdict === 'skip') {
            seen.skipped += 1;
            return;
          }
          seen.encoded += 1;
          accountsFor(info, decision.plan);
          const described = describeCommands({
            ...{ source: '/films/-a (1).mkv', workFolder: '/work', capabilities },
            ...{ info, plan: decision.plan },
          });
          if (described.refused !== null) {
            seen.refused += 1;
            expect(described.refused.message).toMatch(/fallback/);
            return;
          }
          for (const { argv } of described.commands) {
            seen.commands += 1;
            expect(wrongWith(argv)).toBeNull();
          }
        },
      ),
      { numRuns: 1000 },
    );
    // A property that only ever saw refusals would prove nothing.
    expect(Math.min(seen.skipped, seen.encoded, seen.commands)).toBeGreaterThan(60);
    expect(seen.refused).toBeGreaterThan(0);
  }, 60_000);

  it.each([
    [['ffmpeg', '-crf', 'NaN', 'file:/x']],
    [['ffmpeg', '-i', '/x', '-']],
    [['ffmpeg', '-unknown', '1', 'file:/x']],
    [['ffmpeg', '-vf', '', 'file:/x']],
    [['ffmpeg', '-crf']],
    [['ffmpeg', '-hide_banner']],
    [['mkvmerge', '--language', 'eng', '/x']],
    [['mkvmerge', '--track-order', '', '/x']],
    [['sh', '-c', 'x']],
  ])('takes %j for wrong', (argv) => {
    expect(wrongWith(argv)).not.toBeNull();
  });
});
