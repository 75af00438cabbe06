import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  audioStream,
  mediaInfo,
  streamOf,
  subtitleStream,
  videoStream,
} from '../media/media-info.fixture.js';
import type { AudioStream, MediaInfo, PictureLook, Stream, VideoStream } from '../media/media-info.js';
import { profileSchema, type ProfileInput } from '../profile/schema/index.js';
import { decide } from './decide.js';

const profile = (input: ProfileInput = {}) => profileSchema.parse(input);
const HDR = videoStream().hdr;
/** Everything as it is, in Matroska. */
const REMUX: ProfileInput = {
  video: { codec: 'copy' },
  audio: { codec: 'copy' },
  act: { goodContainers: ['mkv'], minimumExpectedSaving: -5, minimumSaving: -5 },
};

function looked(
  look: Partial<PictureLook>,
  fieldOrder: VideoStream['fieldOrder'] = 'progressive',
): MediaInfo {
  const seen = { scan: 'progressive' as const, topFieldFirst: true, noise: null, ...look };
  return mediaInfo([videoStream({ fieldOrder, look: seen })]);
}
const GPS = { ...streamOf('data', 1), codecTag: 'gpmd' } as Stream;
const MP4 = { formatNames: ['mov', 'mp4'] };

function code(info: MediaInfo, input: ProfileInput = {}): string {
  return decide(info, profile(input)).reason.code;
}

describe('rules', () => {
  it.each<[string, MediaInfo, ProfileInput]>([
    ['worth_it', mediaInfo(), {}],
    ['no_video', mediaInfo([audioStream()]), {}],
    ['no_duration', mediaInfo(undefined, { durationSeconds: null }), {}],
    ['no_duration', mediaInfo(undefined, { durationSeconds: 0.04 }), {}],
    ['several_videos', mediaInfo([videoStream(), videoStream({ index: 1 })]), {}],
    ['good_codec', mediaInfo([videoStream({ codec: 'av1' })]), {}],
    ['good_codec', mediaInfo([videoStream({ codec: 'hevc' })]), { act: { goodVideoCodecs: ['hevc'] } }],
    ['unknown_codec', mediaInfo([videoStream({ codec: 'unknown' })]), {}],
    ['picture_size', mediaInfo([videoStream({ width: 64, height: 63 })]), {}],
    [
      'dolby_vision',
      mediaInfo([
        videoStream({
          hdr: {
            ...HDR,
            dolbyVision: {
              profile: 7,
              level: 6,
              rpuPresent: true,
              elPresent: true,
              blPresent: true,
              compatibilityId: 6,
            },
          },
        }),
      ]),
      {},
    ],
    ['hdr10_plus', mediaInfo([videoStream({ hdr: { ...HDR, hdr10Plus: true } })]), {}],
    ['interlaced', mediaInfo([videoStream({ fieldOrder: 'interlaced' })]), { video: { interlaced: 'skip' } }],
    ['worth_it', mediaInfo([videoStream({ fieldOrder: 'interlaced' })]), {}],
    ['worth_it', looked({ scan: 'progressive' }, 'interlaced'), { video: { interlaced: 'skip' } }],
    ['interlaced', looked({ scan: 'interlaced' }), { video: { interlaced: 'skip' } }],
    ['telecined', looked({ scan: 'telecined' }), {}],
    ['mixed_scan', looked({ scan: 'mixed' }), {}],
    ['closed_captions', mediaInfo([videoStream({ closedCaptions: true })]), {}],
    ['worth_it', mediaInfo([videoStream({ closedCaptions: true })]), { video: { closedCaptions: 'drop' } }],
    ['stereoscopic', mediaInfo([videoStream({ stereoscopic: true })]), {}],
    ['spherical', mediaInfo([videoStream({ spherical: true })]), {}],
    ['camera_data', mediaInfo([videoStream(), GPS]), {}],
    ['worth_it', mediaInfo([videoStream(), GPS]), { keep: { cameraData: 'drop' } }],
    ['file_size', mediaInfo(), { act: { minimumSize: 10_000 } }],
    ['file_size', mediaInfo(), { act: { maximumSize: 100 } }],
    ['hdr', mediaInfo([videoStream({ hdr: { ...HDR, format: 'hdr10' } })]), { hdr: { hdr10: 'skip' } }],
    ['hdr', mediaInfo([videoStream({ hdr: { ...HDR, format: 'hlg' } })]), { hdr: { hlg: 'skip' } }],
    ['hdr', mediaInfo([videoStream({ hdr: { ...HDR, format: 'hdr10' } })]), { video: { codec: 'h264' } }],
    ['worth_it', mediaInfo([videoStream({ hdr: { ...HDR, format: 'hlg' } })]), { hdr: { hdr10: 'skip' } }],
    [
      'worth_it',
      mediaInfo([videoStream({ chroma: '422', bitDepth: 12 })]),
      { video: { highChroma: 'reduce' } },
    ],
    ['nothing_to_do', mediaInfo(), { video: { codec: 'copy' }, audio: { codec: 'copy' } }],
    ['worth_it', mediaInfo(undefined, { formatNames: ['mpegts'] }), REMUX],
    ['nothing_to_do', mediaInfo(), REMUX],
    ['worth_it', mediaInfo(undefined, MP4), REMUX],
    ['worth_it', mediaInfo([videoStream(), videoStream({ index: 1 })], MP4), REMUX],
    ['pixel_format', mediaInfo([videoStream({ chroma: '422' })]), {}],
    ['pixel_format', mediaInfo([videoStream({ chroma: 'rgb' })]), {}],
    ['pixel_format', mediaInfo([videoStream({ chroma: 'rgb' })]), { video: { highChroma: 'reduce' } }],
    ...['rgba', 'ayuv64le', 'vuya'].map((pixelFormat): [string, MediaInfo, ProfileInput] => [
      'pixel_format',
      mediaInfo([videoStream({ pixelFormat, chroma: 'unknown' })]),
      { video: { highChroma: 'reduce' } },
    ]),
    ['pixel_format', mediaInfo([videoStream({ bitDepth: 12 })]), {}],
    ['pixel_format', mediaInfo([videoStream({ bitDepth: 10 })]), { video: { pixelFormat: 'yuv420p' } }],
    ['minimum_bit_rate', mediaInfo(), { act: { minimumBitRate: 9000 } }],
    [
      'subtitles_do_not_fit',
      mediaInfo([videoStream(), subtitleStream({ codec: 'hdmv_pgs_subtitle', format: 'bitmap' })]),
      { container: 'mp4' },
    ],
    [
      'worth_it',
      mediaInfo([videoStream(), subtitleStream({ codec: 'hdmv_pgs_subtitle', format: 'bitmap' })]),
      { container: 'mp4', subtitles: { misfits: 'drop' } },
    ],
    [
      'codec_does_not_fit',
      mediaInfo([videoStream(), audioStream({ codec: 'truehd', lossless: true })]),
      { container: 'mp4' },
    ],
    [
      'codec_does_not_fit',
      mediaInfo([videoStream(), audioStream()]),
      { container: 'webm', audio: { codec: 'copy' } },
    ],
    ['nothing_to_do', mediaInfo(), { video: { codec: 'copy' }, audio: { codec: 'copy' } }],
    ['expected_saving', mediaInfo([videoStream({ bitRate: 900_000 })], { size: 700_000_000 }), {}],
    // What an encode would lose is no matter when the picture is copied.
    [
      'worth_it',
      mediaInfo([videoStream({ fieldOrder: 'interlaced', bitRate: 500_000 }), audioStream()], {
        size: 900_000_000,
      }),
      { video: { codec: 'copy' } },
    ],
  ])('%s', (expected, info, input) => {
    expect(code(info, input)).toBe(expected);
  });
});

describe('what is left alone for what it would lose', () => {
  const record = { level: 6, rpuPresent: true, elPresent: false, blPresent: true };
  const dolby = (number: number, compatibilityId: number) =>
    videoStream({ hdr: { ...HDR, dolbyVision: { ...record, profile: number, compatibilityId } } });

  it.each<[string, Stream[], ProfileInput]>([
    ['video.highChroma: reduce', [videoStream({ chroma: '422' })], { video: { highChroma: 'reduce' } }],
    ['video.highChroma: reduce', [videoStream({ bitDepth: 12 })], { video: { highChroma: 'reduce' } }],
    [
      'video.closedCaptions: drop',
      [videoStream({ closedCaptions: true })],
      { video: { closedCaptions: 'drop' } },
    ],
    [
      'hdr.hdr10Plus: drop',
      [videoStream({ hdr: { ...HDR, hdr10Plus: true } })],
      { hdr: { hdr10Plus: 'drop' } },
    ],
    ['hdr.dolbyVision: drop', [dolby(8, 1)], { hdr: { dolbyVision: 'drop' } }],
    [
      'subtitles.misfits: drop',
      [videoStream(), subtitleStream({ codec: 'dvb_teletext', format: 'bitmap' })],
      { subtitles: { misfits: 'drop' } },
    ],
  ])('is told the way out, which works: %s', (way, streams, input) => {
    const info = mediaInfo(streams, { formatNames: ['mpegts'] });
    const { reason } = decide(info, profile());
    expect(reason.message).toContain(`; ${way} `);
    expect(reason.message).toMatch(/\.$/);
    expect(code(info, input)).toBe('worth_it');
  });

  it.each<[string, VideoStream, ProfileInput]>([
    ['Dolby Vision with nothing below it', dolby(5, 0), {}],
    ['Dolby Vision to be HEVC', dolby(8, 1), { video: { codec: 'hevc' } }],
    ['RGB', videoStream({ chroma: 'rgb' }), {}],
  ])('is told none where there is none: %s', (_name, stream, input) => {
    const { reason } = decide(mediaInfo([stream]), profile(input));
    expect(reason.message).not.toMatch(/: (?:drop|reduce)/);
  });
});

describe('streams', () => {
  const audio = (special: Partial<AudioStream>, input: ProfileInput = {}) => {
    const decision = decide(mediaInfo([videoStream(), audioStream(special)]), profile(input));
    return decision.verdict === 'encode' ? decision.plan.streams[1]! : null;
  };

  it.each<[string, Partial<AudioStream>, string, ProfileInput?]>([
    ['ordinary sound', {}, 'audio_encoded'],
    ['TrueHD', { codec: 'truehd', lossless: true, bitRate: 4e6 }, 'audio_kept'],
    ['DTS-HD MA', { codec: 'dts', lossless: true, bitRate: 4e6 }, 'audio_kept'],
    ['plain DTS', { codec: 'dts', bitRate: 1.5e6 }, 'audio_encoded'],
    ['Atmos in E-AC-3', { codec: 'eac3', objectBased: true }, 'audio_kept'],
    ['PCM', { codec: 'pcm_s16le', lossless: true }, 'audio_encoded'],
    [
      'PCM that is kept',
      { codec: 'pcm_s16le', lossless: true },
      'audio_kept',
      { audio: { keepCodecs: ['pcm'] } },
    ],
    ['what is small already', { bitRate: 288_000 }, 'audio_small_already'],
    ['what may be small or large', { codec: 'aac', bitRate: null }, 'audio_encoded'],
    ['a rear centre', { channels: 7, channelLayout: '6.1' }, 'audio_layout_does_not_fit'],
    ['six channels of no layout', { channelLayout: null }, 'audio_layout_does_not_fit'],
    ['everything, when copied', {}, 'audio_copied', { audio: { codec: 'copy' } }],
  ])('%s', (_name, special, expected, input) => {
    expect(audio(special, input)?.reason.code).toBe(expected);
  });

  it('picks the bit rate by the channels that are heard', () => {
    const rate = (channels: number, channelLayout: string) => {
      const plan = audio({ channels, channelLayout, bitRate: 9e6 });
      return plan?.action === 'encode-audio' ? [plan.audio.bitRate, plan.audio.channelLayout] : null;
    };
    expect(rate(1, 'mono')).toEqual([80, 'mono']);
    expect(rate(2, 'stereo')).toEqual([128, 'stereo']);
    expect(rate(3, '2.1')).toEqual([288, '5.1']);
    expect(rate(6, '5.1(side)')).toEqual([288, '5.1']);
    expect(rate(7, '7.0')).toEqual([416, '7.1']);
  });

  it('keeps covers and attachments in Matroska, and says what another container cannot hold', () => {
    const info = mediaInfo([
      videoStream(),
      subtitleStream({ index: 1 }),
      streamOf('cover', 2),
      streamOf('attachment', 3),
      streamOf('data', 4),
    ]);
    const actions = (container: 'mkv' | 'mp4' | 'webm') => {
      const decision = decide(info, profile({ container }));
      return decision.verdict === 'encode' ? decision.plan.streams.map(({ action }) => action) : [];
    };
    expect(actions('mkv')).toEqual(['encode-video', 'copy', 'copy', 'copy', 'drop']);
    expect(actions('mp4')).toEqual(['encode-video', 'convert-subtitle', 'copy', 'drop', 'drop']);
    expect(actions('webm')).toEqual(['encode-video', 'convert-subtitle', 'drop', 'drop', 'drop']);
  });

  it.each<[Partial<VideoStream>, string[], [number, number]]>([
    [{}, [], [1920, 1080]],
    [{ width: 721, height: 405 }, ['crop=720:404:0:0'], [720, 404]],
    [{ width: 721, height: 405, rotation: 90 }, ['crop=404:720:0:0'], [404, 720]],
    [
      { color: { ...videoStream().color, range: 'pc' } },
      ['scale=in_range=pc:out_range=pc', 'format=yuv420p10le'],
      [1920, 1080],
    ],
  ])('prepares the picture %#', (special, filters, size) => {
    const decision = decide(mediaInfo([videoStream(special)]), profile());
    const [plan] = decision.verdict === 'encode' ? decision.plan.streams : [];
    expect(plan).toMatchObject({
      video: { filters, width: size[0], height: size[1], keyframeInterval: 240 },
    });
  });
});

describe('projectSize', () => {
  it('never shrinks when the source has more bits, and stays between nothing and the source', () => {
    const size = (bitRate: number) => {
      const info = mediaInfo([videoStream({ bitRate })], {
        size: (bitRate * 6000) / 8,
        formatNames: MP4.formatNames,
      });
      const decision = decide(info, profile({ act: { minimumExpectedSaving: 0 } }));
      return decision.verdict === 'encode' ? decision.plan.expectedSize : 0;
    };
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1e8 }), fc.integer({ min: 0, max: 1e7 }), (rate, more) => {
        expect(size(rate + more)).toBeGreaterThanOrEqual(size(rate));
        expect(size(rate)).toBeGreaterThan(0);
        expect(size(rate)).toBeLessThanOrEqual((rate * 6000) / 8 + 1);
      }),
    );
  });
});
