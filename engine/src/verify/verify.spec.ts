import { describe, expect, it } from 'vitest';
import {
  audioStream,
  mediaInfo,
  streamOf,
  subtitleStream,
  videoStream,
} from '../media/media-info.fixture.js';
import type { AudioStream, MeasuredStream, VideoStream } from '../media/media-info.js';
import { decide } from '../plan/decide.js';
import { profileSchema } from '../profile/schema/index.js';
import { FINDING_CODES } from './finding-codes.js';
import { sourceIsTruncated, verify } from './verify.js';
import type { DecodedFrames, VerifyInput } from './verify.types.js';

const measured = (index: number, special: Partial<MeasuredStream> = {}): MeasuredStream => ({
  index,
  packets: 144_000,
  discarded: 0,
  bytes: 1000,
  firstSeconds: 0,
  leadSeconds: 0,
  endSeconds: 6000,
  ...special,
});

/** A film and a faultless encode of it. */
function faultless(): VerifyInput {
  const source = {
    ...mediaInfo(
      [
        videoStream(),
        audioStream({ language: 'deu', title: 'Surround' }),
        subtitleStream(),
        streamOf('cover', 3),
        streamOf('attachment', 4),
        streamOf('data', 5),
      ],
      { tags: { title: 'A film' } },
    ),
    chapters: [{ startSeconds: 0, endSeconds: 60, title: 'One' }],
  };
  const decision = decide(source, profileSchema.parse({}));
  if (decision.verdict === 'skip') throw new Error(decision.reason.message);
  const output = {
    ...mediaInfo(
      [
        videoStream({ codec: 'av1', pixelFormat: 'yuv420p10le', bitDepth: 10 }),
        audioStream({ codec: 'opus', channelLayout: '5.1', language: 'ger', title: 'Surround' }),
        subtitleStream(),
        streamOf('attachment', 3),
        streamOf('cover', 4),
      ],
      { size: 3_000_000_000, tags: { title: 'A film' } },
    ),
    chapters: [{ startSeconds: 0.0004, endSeconds: 60, title: 'One' }],
  };
  return {
    source,
    output,
    plan: decision.plan,
    sourceMeasured: { streams: [measured(0), measured(1), measured(2, { packets: 9 }), measured(3)] },
    outputMeasured: {
      streams: [
        measured(0),
        measured(1, { packets: 300_000, firstSeconds: -0.007, endSeconds: 6000.048 }),
        measured(2, { packets: 9 }),
        measured(4),
      ],
    },
  };
}

const codes = (input: VerifyInput) => {
  const found = verify(input).map(({ code }) => code);
  for (const code of found) expect(Object.keys(FINDING_CODES)).toContain(code);
  return found;
};

describe('verify', () => {
  it('finds nothing in a faultless encode', () => {
    expect(verify(faultless())).toEqual([]);
  });

  it.each([
    ['cover.bmp', 1000, []],
    ['cover.bmp', 999, ['cover']],
    ['font.bmp', 1000, ['cover']],
  ])('takes a file named %s of %d bytes for a cover of 1000: %j', (fileName, size, expected) => {
    const input = faultless();
    input.output.streams[4] = { ...input.output.streams[3]!, index: 4, ...{ fileName, size } };
    expect(codes(input)).toEqual(expected);
  });

  it.each([
    ['xyz', null, []],
    ['\u{fffd}\u{fffd}', null, []],
    ['xyz', 'eng', ['language']],
    ['ger', null, ['language']],
  ])('of a track in the language %j makes one in %j: %j', (before, after, expected) => {
    const input = faultless();
    input.source.streams[1]!.language = before;
    input.output.streams[1]!.language = after;
    expect(codes(input)).toEqual(expected);
  });

  it.each([
    ['i\u0007\u0019\u{fffd}59', 'i\u{fffd}59', []],
    ['two\r\nlines ', 'two\nlines', []],
    ['a\u{ffff}b', 'ab', []],
    ['a\u0007b', 'a', ['tags', 'chapters']],
  ])('of a tag and a chapter named %j makes %j: %j', (before, after, expected) => {
    const input = faultless();
    input.source.container.tags['software'] = before;
    input.output.container.tags['software'] = after;
    input.source.chapters[0]!.title = before;
    input.output.chapters[0]!.title = after;
    expect(codes(input)).toEqual(expected);
  });

  const video = (special: Partial<VideoStream>) => (input: VerifyInput) =>
    Object.assign(input.output.streams[0]!, special);
  const audio = (special: Partial<AudioStream>) => (input: VerifyInput) =>
    Object.assign(input.output.streams[1]!, special);
  const flow = (at: number, special: Partial<MeasuredStream>) => (input: VerifyInput) =>
    Object.assign(input.outputMeasured.streams[at]!, special);
  const hdr = videoStream().hdr;

  it.each<[string, string[], (input: VerifyInput) => unknown]>([
    ['a lost track', ['stream_count', 'packet_count'], (input) => input.output.streams.splice(2, 1)],
    ['a doubled track', ['stream_count'], (input) => input.output.streams.push(audioStream({ index: 9 }))],
    ['another codec', ['stream_codec'], video({ codec: 'h264' })],
    ['another language', ['language'], audio({ language: 'fra' })],
    ['a lost language', ['language'], audio({ language: null })],
    ['another flag', ['disposition'], audio({ disposition: { ...audioStream().disposition, forced: true } })],
    ['another name', ['track_title'], audio({ title: null })],
    ['another title', ['title'], (input) => (input.output.container.tags['title'] = 'A')],
    ['a lost tag', ['tags'], (input) => (input.source.container.tags['artist'] = 'Somebody')],
    ['tags that should be gone', ['tags_left'], (input) => (input.plan.keep.tags = false)],
    ['chapters that should be gone', ['chapters_left'], (input) => (input.plan.keep.chapters = false)],
    [
      'a font that should be gone',
      ['attachment_left'],
      (input) => {
        const index = input.source.streams.findIndex(({ kind }) => kind === 'attachment');
        input.plan.streams[index] = { index, action: 'drop', reason: { code: 'x', message: 'x' } };
      },
    ],
    ['a lost chapter', ['chapters'], (input) => input.output.chapters.pop()],
    ['a moved chapter', ['chapters'], (input) => (input.output.chapters[0]!.startSeconds = 0.1)],
    ['a lost font', ['attachment'], (input) => input.output.streams.splice(3, 1)],
    [
      'a font of another size',
      ['attachment'],
      (input) => Object.assign(input.output.streams[3]!, { size: 11 }),
    ],
    ['a lost cover', ['cover'], (input) => input.output.streams.splice(4, 1)],
    ['another cover', ['cover'], flow(3, { bytes: 999 })],
    ['another size', ['picture_size'], video({ height: 1072 })],
    ['another shape', ['picture_shape'], video({ sampleAspectRatio: { numerator: 4, denominator: 3 } })],
    ['other pixels', ['pixel_format'], video({ pixelFormat: 'yuv420p' })],
    ['a second turn', ['rotation'], video({ rotation: 90 })],
    [
      'a stale Dolby Vision record',
      ['dolby_vision'],
      video({
        hdr: {
          ...hdr,
          dolbyVision: {
            profile: 8,
            level: 1,
            rpuPresent: true,
            elPresent: false,
            blPresent: true,
            compatibilityId: 1,
          },
        },
      }),
    ],
    ['lost channels', ['channels'], audio({ channels: 2, channelLayout: 'stereo' })],
    ['an early end of the picture', ['end_time'], flow(0, { endSeconds: 5999.9 })],
    ['an early end of the sound', ['end_time'], flow(1, { endSeconds: 5999 })],
    ['a late start', ['start_time'], flow(1, { firstSeconds: 0.3 })],
    ['a lost frame', ['packet_count'], flow(0, { packets: 143_999 })],
    ['a lost subtitle', ['packet_count'], flow(2, { packets: 8 })],
    ['silence', ['stream_empty'], flow(1, { packets: 0 })],
    ['no gain', ['too_large'], (input) => (input.output.container.size = input.plan.sizeLimit + 1)],
    ['hardly anything', ['too_small'], (input) => (input.output.container.size = 1000)],
    ['every frame twice', ['packet_count'], flow(0, { packets: 288_000 })],
  ])('finds %s', (_name, expected, spoil) => {
    const input = faultless();
    spoil(input);
    expect(codes(input)).toEqual(expected);
  });

  const at = (chromaLocation: string | null) => ({ ...videoStream().color, chromaLocation });
  it.each<[string, Partial<VideoStream>, string | null, string[]]>([
    ['the same place', { color: at('center') }, 'center', []],
    ['a lost place', { color: at('topleft') }, null, ['color']],
    ['another place', { color: at('topleft') }, 'left', ['color']],
    ['a place where none was said', {}, 'left', []],
    ['a place that Matroska cannot say', { color: at('bottom') }, null, []],
    ['the place of chroma that was reduced', { chroma: '422', color: at('topleft') }, 'left', []],
  ])('chroma: %s', (_name, before, after, expected) => {
    const input = faultless();
    Object.assign(input.source.streams[0]!, before);
    video({ color: at(after) })(input);
    expect(codes(input)).toEqual(expected);
  });

  it('finds lost HDR', () => {
    const input = faultless();
    const light = { maxContent: 1000, maxAverage: 400 };
    Object.assign(input.source.streams[0]!, {
      hdr: { ...hdr, format: 'hdr10', contentLight: light },
      color: {
        range: 'tv',
        space: 'bt2020nc',
        transfer: 'smpte2084',
        primaries: 'bt2020',
        chromaLocation: null,
      },
    });
    expect(codes(input)).toEqual(['color', 'color', 'color', 'color', 'hdr_content_light', 'hdr_format']);
    Object.assign(
      input.output.streams[0]!,
      structuredClone({
        hdr: (input.source.streams[0] as VideoStream).hdr,
        color: (input.source.streams[0] as VideoStream).color,
      }),
    );
    expect(codes(input)).toEqual([]);
  });

  it('expects two frames of each where every field becomes one', () => {
    const input = faultless();
    const [entry] = input.plan.streams;
    if (entry?.action !== 'encode-video') throw new Error('the picture is not encoded');
    entry.video.framesPerFrame = 2;
    expect(codes(input)).toEqual(['packet_count']);
    flow(0, { packets: 288_000 })(input);
    expect(codes(input)).toEqual([]);
  });

  it.each<[string, number, DecodedFrames, boolean]>([
    ['packets that show nothing', 130_000, { frames: 130_000, damaged: false }, true],
    ['a frame less than is decoded', 129_999, { frames: 130_000, damaged: false }, false],
    ['a few broken frames', 143_990, { frames: 143_990, damaged: true }, true],
    ['many broken frames', 140_000, { frames: 140_000, damaged: true }, false],
  ])('counts what a decoder makes of the source: %s', (_name, packets, sourceFrames, fits) => {
    const input = { ...faultless(), sourceFrames };
    flow(0, { packets })(input);
    expect(codes(input)).toEqual(fits ? [] : ['packet_count']);
  });

  it('expects an added track behind the one that it is made from', () => {
    const input = faultless();
    const surround = input.plan.streams[1]!;
    if (surround.action !== 'encode-audio') throw new Error('the sound is not encoded');
    const mix = { ...surround.audio, channels: 2, channelLayout: 'stereo' };
    input.plan.added = [{ from: 1, audio: mix, title: 'Stereo', reason: { code: 'x', message: 'x' } }];
    expect(codes(input)).toContain('stream_count');
    const made = audioStream({ codec: 'opus', channels: 2, channelLayout: 'stereo', title: 'Stereo' });
    input.output.streams.splice(2, 0, { ...made, index: 9, language: 'deu' });
    input.outputMeasured.streams.push(measured(9));
    expect(codes(input)).toEqual([]);
    Object.assign(input.output.streams[2]!, { title: 'Surround', channels: 6 });
    expect(codes(input)).toEqual(['track_title', 'channels']);
    // In the place of a stream that is dropped.
    input.plan.streams[1] = { index: 1, action: 'drop', reason: { code: 'x', message: 'x' } };
    input.output.streams.splice(1, 1);
    Object.assign(input.output.streams[1]!, { title: 'Stereo', channels: 2 });
    expect(codes(input)).toEqual([]);
  });

  it('takes what the plan drops off the floor', () => {
    const input = faultless();
    flow(1, {})(input);
    input.output.container.size = 2_000_000;
    expect(codes(input)).toEqual(['too_small']);
    input.sourceMeasured.streams[1]!.bytes = input.source.container.size - 900_000_000;
    input.plan.streams[1] = { index: 1, action: 'drop', reason: { code: 'x', message: 'x' } };
    input.output.streams.splice(1, 1);
    expect(codes(input)).toEqual([]);
  });

  it('knows that everything but Matroska is moved to start at 0', () => {
    const input = faultless();
    Object.assign(input.source.container, { formatNames: ['mpegts'], startSeconds: 1.4 });
    for (const stream of input.sourceMeasured.streams)
      Object.assign(stream, { firstSeconds: 1.4, leadSeconds: 1.4, endSeconds: 6001.4 });
    input.source.chapters = [{ startSeconds: 1.4, endSeconds: 60, title: 'One' }];
    expect(codes(input)).toEqual([]);
  });
});

it('finds a copied picture that is no longer turned', () => {
  const input = faultless();
  const [video] = input.source.streams;
  if (video?.kind !== 'video') throw new Error('the first stream is the picture');
  input.plan.streams[0] = { index: 0, action: 'copy', reason: { code: 'video_copied', message: 'Kept.' } };
  input.output.streams[0] = { ...video };
  expect(verify(input).map(({ code }) => code)).toEqual([]);
  video.rotation = 90;
  expect(verify(input).map(({ code }) => code)).toEqual(['rotation']);
});

describe('sourceIsTruncated', () => {
  it.each<[string, Partial<MeasuredStream>, Parameters<typeof mediaInfo>[1], string | null]>([
    ['a whole file', {}, {}, null],
    ['one that rounds', { endSeconds: 5999.5 }, {}, null],
    ['one cut off', { endSeconds: 3000 }, {}, 'source_truncated'],
    ['one whose length was guessed', { endSeconds: 3000 }, { formatNames: ['mpeg'] }, null],
    ['one that does not say', { endSeconds: 3000 }, { durationSeconds: null }, null],
    ['one that starts late', { endSeconds: 96_000 }, { formatNames: ['mpegts'], startSeconds: 90_000 }, null],
    ['one without a packet', { endSeconds: null }, {}, 'source_empty'],
    ['one whose edit list leaves out every picture', { packets: 0, discarded: 36 }, {}, 'picture_empty'],
    ['Matroska that starts late and counts from 0', { endSeconds: 6000 }, { startSeconds: 5 }, null],
    ['Matroska that starts late, cut off', { endSeconds: 3000 }, { startSeconds: 5 }, 'source_truncated'],
    ['ASF of whose streams one starts late', {}, { formatNames: ['asf'], durationSeconds: 6010 }, null],
    [
      'ASF, cut off',
      { endSeconds: 3000 },
      { formatNames: ['asf'], durationSeconds: 6010 },
      'source_truncated',
    ],
  ])('%s', (_name, special, container, expected) => {
    const found = sourceIsTruncated(mediaInfo(undefined, container), { streams: [measured(0, special)] });
    expect(found?.code ?? null).toBe(expected);
  });
});
