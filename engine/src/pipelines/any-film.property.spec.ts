import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '#contracts';
import { parseFfprobe } from '../media/ffprobe.js';
import { streamsOf, type MediaInfo, type PictureLook } from '../media/media-info.js';
import { unknownLayer, withLayer } from '../media/enhancement-layer.js';
import { withMeasurements } from '../media/with-measurements.js';
import { decide } from '../plan/decide.js';
import type { Profile } from '../profile/schema/index.js';
import { explainDecision } from '../plan/explain.js';
import type { FileFacts, Plan } from '../plan/plan.types.js';
import { describeCommands } from './describe-commands.js';
import { anyDocument, dolbyVisionDocument } from './compress/testing/any-document.js';
import { anyProfile } from './compress/testing/any-profile.js';
import { wrongWith } from './compress/testing/argument-grammar.js';

const HARDWARE = ['av1', 'hevc', 'h264'].flatMap((codec) =>
  ['nvenc', 'qsv', 'vaapi'].map((family) => `${codec}_${family}`),
);

const ALWAYS_THERE = ['ffmpeg', 'ffprobe', 'mkvmerge', 'mkvpropedit'];
const NOW_AND_THEN = fc.constantFrom<string[]>(
  ...[['dovi_tool', 'x265'], ['dovi_tool', 'x265'], ['dovi_tool'], ['x265'], []],
);

const anyNode = fc
  .tuple(fc.subarray(HARDWARE), NOW_AND_THEN)
  .map(([hardwareEncoders, more]): Capabilities => {
    const encoders = ['libsvtav1', 'libx265', 'libx264', 'libopus', 'aac', ...HARDWARE];
    const tools = Object.fromEntries(
      [...ALWAYS_THERE, ...more].map((name) => [name, { path: `/bin/${name}`, version: '1' }]),
    );
    return {
      ...{ tools, encoders, decoders: ['libdav1d'], filters: ['ssim'], hardwareEncoders, gpus: [] },
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

/** What ffprobe or dovi_tool say of the second layer; undefined: nothing. */
const anyLayer = fc.constantFrom('mel' as const, 'fel' as const, undefined);

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

/** Pictures that stay what they are are no less copied for what becomes of their metadata. */
function checkPicture(
  info: MediaInfo,
  profile: Profile,
  { pipeline, dolbyVision, streams, container }: Plan,
): void {
  const [video] = streamsOf(info, 'video');
  const own = streams.find(({ index }) => index === video?.index);
  const record = video?.hdr.dolbyVision;
  const converts = streams.filter(({ action }) => action === 'convert-dolby-vision');
  expect(converts).toEqual(dolbyVision?.way === 'convert' ? [own] : []);
  expect(pipeline === 'dolby_vision').toBe(dolbyVision !== null);
  if (pipeline === 'compress') return;
  expect(container).toBe('mkv');
  if (dolbyVision?.way !== 'convert')
    expect(own).toMatchObject({ action: 'encode-video', video: { codec: 'hevc', encoder: 'software' } });
  const others = streams.filter(({ index }) => index !== own?.index).map(({ action }) => action);
  expect(['copy', 'drop', 'convert-subtitle']).toEqual(expect.arrayContaining(others));
  for (const { index, kind, packets } of info.streams) {
    const action = streams.find((entry) => entry.index === index)?.action;
    if (kind === 'audio' && packets !== 0) expect(action).toBe('copy');
    if (kind !== 'data' && packets !== 0) expect(action).not.toBe('drop');
  }
  expect(record == null).toBe(pipeline === 'standard');
  if (record?.profile === 7 && record.layer === 'fel') expect(profile.dolbyVision.allowFelLoss).toBe(true);
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
  /** Asks about any number of films. @returns what became of them */
  function ask(documents: fc.Arbitrary<object>, numRuns: number) {
    const seen = { skipped: 0, encoded: 0, refused: 0, commands: 0 };
    const ways = { compress: 0, convert: 0, reencode: 0, standard: 0, kept: 0 };
    fc.assert(
      fc.property(
        ...([documents, anyProfile, anyFacts, anyNode, anyLook, fc.integer({ min: -1, max: 9 })] as const),
        anyLayer,
        (json, profile, file, capabilities, look, empty, layer) => {
          const headers = parseFfprobe(json);
          const layered = unknownLayer(headers);
          const read =
            layered === null || layer === undefined ? headers : withLayer(headers, layered.index, layer);
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
          const { plan } = decision;
          accountsFor(info, plan);
          checkPicture(info, profile, plan);
          ways[plan.dolbyVision?.way ?? (plan.pipeline === 'standard' ? 'standard' : 'compress')] += 1;
          if (plan.streams.some(({ reason }) => reason.code === 'dolby_vision_kept')) ways.kept += 1;
          const described = describeCommands({
            ...{ source: '/films/-a (1).mkv', workFolder: '/work', capabilities },
            ...{ info, plan, profile },
          });
          if (described.refused !== null) {
            seen.refused += 1;
            expect(described.refused.message).toMatch(
              plan.pipeline === 'compress' ? /fallback/ : /it has no/,
            );
            return;
          }
          for (const { argv, input } of described.commands) {
            seen.commands += 1;
            expect(wrongWith(argv)).toBeNull();
            if (input !== null) expect(wrongWith(input)).toBeNull();
          }
        },
      ),
      { numRuns },
    );
    return { seen, ways };
  }

  // A property that only ever saw refusals would prove nothing.
  it('accounts for every stream once, or says why not; and builds commands that a tool can read', () => {
    const { seen, ways } = ask(anyDocument, 1000);
    expect(Math.min(seen.skipped, seen.encoded, seen.commands)).toBeGreaterThan(40);
    expect(Math.min(seen.refused, ways.compress, ways.standard)).toBeGreaterThan(0);
  }, 60_000);

  it('does so for Dolby Vision of every kind', () => {
    const { ways } = ask(dolbyVisionDocument, 800);
    expect(Math.min(ways.compress, ways.convert, ways.reencode, ways.kept)).toBeGreaterThan(0);
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
    [['x265', '--input', '/x']],
    [['x265', '--fps', '0/1']],
    [['dovi_tool', 'convert', '--input']],
    [['dovi_tool', '--mode', '1', 'convert']],
    [['sh', '-c', 'x']],
  ])('takes %j for wrong', (argv) => {
    expect(wrongWith(argv)).not.toBeNull();
  });
});
