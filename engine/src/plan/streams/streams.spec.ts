import { describe, expect, it } from 'vitest';
import {
  audioStream,
  mediaInfo,
  streamOf,
  subtitleStream,
  videoStream,
} from '../../media/media-info.fixture.js';
import type { AudioStream, MediaInfo, Stream, SubtitleStream } from '../../media/media-info.js';
import { profileSchema, type ProfileInput } from '../../profile/schema/index.js';
import { NO_FACTS } from '../file-facts.js';
import { planStreams } from './index.js';

const MP4 = { formatNames: ['mov', 'mp4'] };
const TS = { formatNames: ['mpegts'] };

function plan(info: MediaInfo, input: ProfileInput = {}) {
  return planStreams({ info, profile: profileSchema.parse(input), file: NO_FACTS });
}

const flags = (special: Partial<Stream['disposition']>) => ({ ...audioStream().disposition, ...special });

/** `index:action:reason` of each stream, in order. */
function told(info: MediaInfo, input: ProfileInput = {}): string[] {
  return plan(info, input).streams.map(({ index, action, reason }) => `${index}:${action}:${reason.code}`);
}

describe('audio', () => {
  const tracks = (...specials: Partial<AudioStream>[]) =>
    mediaInfo(specials.map((special, index) => audioStream({ index, ...special })));
  const GERMAN = { language: 'ger' };
  const ENGLISH = { language: 'eng' };
  const COMMENT = { ...ENGLISH, title: "Director's Commentary" };

  it.each<[string, MediaInfo, ProfileInput['audio'], string[]]>([
    ['all languages by default', tracks(GERMAN, ENGLISH), {}, ['audio_encoded', 'audio_encoded']],
    [
      'one language kept',
      tracks(GERMAN, ENGLISH),
      { keepLanguages: ['en'] },
      ['audio_language_dropped', 'audio_encoded'],
    ],
    [
      'one language dropped',
      tracks(GERMAN, ENGLISH),
      { dropLanguages: ['deu'] },
      ['audio_language_dropped', 'audio_encoded'],
    ],
    ['no language stays', tracks({}, ENGLISH), { keepLanguages: ['en'] }, ['audio_encoded', 'audio_encoded']],
    [
      'no language dropped by name',
      tracks({}, ENGLISH),
      { dropLanguages: ['und'] },
      ['audio_language_dropped', 'audio_encoded'],
    ],
    [
      'Norwegian by either name',
      tracks({ language: 'nob' }, GERMAN),
      { keepLanguages: ['nor'] },
      ['audio_encoded', 'audio_language_dropped'],
    ],
    ['never the last one', tracks(GERMAN), { keepLanguages: ['en'] }, ['audio_encoded']],
    [
      'never all of the film for a commentary',
      tracks(GERMAN, COMMENT),
      { keepLanguages: ['en'] },
      ['audio_encoded', 'audio_encoded'],
    ],
    [
      'a commentary by its name',
      tracks(ENGLISH, COMMENT),
      { commentary: 'drop' },
      ['audio_encoded', 'audio_commentary_dropped'],
    ],
    [
      'a commentary by its flag',
      tracks(ENGLISH, { ...ENGLISH, disposition: flags({ comment: true }) }),
      { commentary: 'drop' },
      ['audio_encoded', 'audio_commentary_dropped'],
    ],
    ['nothing but a commentary', tracks(COMMENT), { commentary: 'drop' }, ['audio_encoded']],
    ['the codec itself', tracks({ codec: 'opus', bitRate: 900_000 }), { keepCodecs: [] }, ['audio_kept']],
    ['small', tracks({ bitRate: 200_000 }), {}, ['audio_small_already']],
    ['nothing there', tracks(ENGLISH, { packets: 0 }), {}, ['audio_encoded', 'audio_empty']],
    ['lossless', tracks({ codec: 'flac' }), {}, ['audio_kept']],
    ['lossless, if told to', tracks({ codec: 'flac' }), { keepCodecs: [] }, ['audio_encoded']],
    ['as AAC', tracks({}), { codec: 'aac' }, ['audio_encoded']],
  ])('%s', (_name, info, audio, codes) => {
    expect(plan(info, { audio }).streams.map(({ reason }) => reason.code)).toEqual(codes);
  });

  it('makes what fits nowhere else into what the profile asks for, however small it is', () => {
    const speex = mediaInfo(
      [audioStream({ index: 0, codec: 'speex', channels: 1, channelLayout: 'mono', bitRate: 16_000 })],
      {
        formatNames: ['flv'],
      },
    );
    expect(told(speex)).toEqual(['0:encode-audio:audio_encoded']);
  });

  it('adds one stereo mix for each language that has surround sound alone', () => {
    const info = tracks(
      { ...ENGLISH, title: 'Commentary' },
      GERMAN,
      ENGLISH,
      { ...ENGLISH, codec: 'dts' },
      { language: 'fre' },
      { language: 'fra', channels: 2, channelLayout: 'stereo' },
    );
    const { added } = plan(info, { audio: { stereoDownmix: 'add' } });
    expect(added.map(({ from, audio }) => [from, audio.channels, audio.bitRate])).toEqual([
      [1, 2, 128],
      [2, 2, 128],
    ]);
    expect(plan(info).added).toEqual([]);
  });
});

describe('subtitles', () => {
  const tracks = (specials: Partial<SubtitleStream>[], container = {}) =>
    mediaInfo(
      specials.map((special, index) => subtitleStream({ index, ...special })),
      container,
    );
  const PGS = { codec: 'hdmv_pgs_subtitle', format: 'bitmap' } as const;
  const FORCED = { disposition: flags({ forced: true }) };

  it.each<[string, MediaInfo, ProfileInput, string[]]>([
    ['kept', tracks([{}, PGS]), {}, ['copy', 'copy']],
    [
      'a language',
      tracks([{ language: 'ger' }, { language: 'eng' }]),
      { subtitles: { keepLanguages: ['eng'] } },
      ['drop', 'copy'],
    ],
    [
      'forced ones always',
      tracks([{ language: 'ger', ...FORCED }]),
      { subtitles: { keepLanguages: ['eng'] } },
      ['copy'],
    ],
    [
      'forced ones like others',
      tracks([{ language: 'ger', ...FORCED }]),
      { subtitles: { keepLanguages: ['eng'], forced: 'as-others' } },
      ['drop'],
    ],
    ['forced ones alone', tracks([{}, FORCED]), { subtitles: { forced: 'only' } }, ['drop', 'copy']],
    ['no bitmaps', tracks([{}, PGS]), { subtitles: { bitmaps: 'drop' } }, ['copy', 'drop']],
    [
      'text as SubRip',
      tracks([{ codec: 'ass' }, {}, PGS]),
      { subtitles: { textFormat: 'srt' } },
      ['srt', 'copy', 'copy'],
    ],
    ['text as ASS', tracks([{ codec: 'ass' }, {}]), { subtitles: { textFormat: 'ass' } }, ['copy', 'ass']],
    ['text of MP4', tracks([{ codec: 'mov_text' }], MP4), {}, ['srt']],
    [
      'text into MP4',
      tracks([{}, PGS]),
      { container: 'mp4', subtitles: { misfits: 'drop' } },
      ['mov_text', 'drop'],
    ],
    ['text into WebM', tracks([{}]), { container: 'webm' }, ['webvtt']],
    [
      'pictures without any',
      tracks([{ codec: 'dvb_subtitle', format: 'bitmap', packets: 0 }], TS),
      {},
      ['drop'],
    ],
  ])('%s', (_name, info, input, actions) => {
    const { streams } = plan(info, input);
    expect(
      streams.map((entry) => (entry.action === 'convert-subtitle' ? entry.format : entry.action)),
    ).toEqual(actions);
    for (const { reason } of streams) expect(reason.message).not.toBe('');
  });
});

describe('pictures', () => {
  it.each<[string, Parameters<typeof videoStream>[0], ProfileInput['video'], object]>([
    [
      'interlaced',
      { fieldOrder: 'interlaced' },
      {},
      { framesPerFrame: 2, keyframeInterval: 480, filters: ['bwdif=mode=send_field:parity=auto:deint=all'] },
    ],
    [
      'interlaced, bottom field first',
      { look: { scan: 'interlaced', topFieldFirst: false, noise: null } },
      { interlaced: 'deinterlace-frames' },
      { framesPerFrame: 1, filters: ['bwdif=mode=send_frame:parity=bff:deint=all'] },
    ],
    [
      'flagged, and too still to tell which field comes first',
      { fieldOrder: 'interlaced', look: { scan: 'unclear', topFieldFirst: true, noise: null } },
      {},
      { filters: ['bwdif=mode=send_field:parity=auto:deint=all'] },
    ],
    [
      'flagged, and not so',
      { fieldOrder: 'interlaced', look: { scan: 'progressive', topFieldFirst: true, noise: 0 } },
      {},
      { filters: [] },
    ],
    [
      'grain as measured',
      { look: { scan: 'unclear', topFieldFirst: true, noise: 2 } },
      { filmGrain: 'auto' },
      { filmGrain: 10 },
    ],
    [
      'clean as measured',
      { look: { scan: 'unclear', topFieldFirst: true, noise: 0.3 } },
      { filmGrain: 'auto' },
      { filmGrain: 0 },
    ],
    ['grain not measured', {}, { filmGrain: 'auto' }, { filmGrain: 0 }],
    [
      'no grain in HEVC',
      {},
      { codec: 'hevc', filmGrain: 8 },
      { codec: 'hevc', filmGrain: 0, quality: { crf: 23 } },
    ],
    ['a bit rate', {}, { bitRate: 900 }, { quality: { bitRate: 900 } }],
    [
      'smaller',
      { width: 3840, height: 1600 },
      { maximumHeight: 1080 },
      { width: 1920, height: 800, filters: ['scale=w=1920:h=800:flags=lanczos'] },
    ],
    ['not larger', {}, { maximumHeight: 2160 }, { width: 1920, height: 1080, filters: [] }],
    ['upright', { width: 1080, height: 1920 }, { maximumHeight: 720 }, { width: 720, height: 1280 }],
    [
      'turned',
      { rotation: 90, width: 1920, height: 1080 },
      { maximumHeight: 720 },
      { width: 720, height: 1280 },
    ],
    [
      'anamorphic',
      { width: 1440, height: 1080, sampleAspectRatio: { numerator: 4, denominator: 3 } },
      { maximumHeight: 720 },
      { width: 960, height: 720 },
    ],
  ])('%s', (_name, special, video, expected) => {
    const [entry] = plan(mediaInfo([videoStream(special)]), { video }).streams;
    expect(entry).toMatchObject({ action: 'encode-video', video: expected });
  });
});

describe('covers', () => {
  it.each<[string, Record<'mkv' | 'mp4', string>]>([
    ['mjpeg', { mkv: 'Cover art is kept.', mp4: 'Cover art is kept.' }],
    ['png', { mkv: 'Cover art is kept.', mp4: 'Cover art is kept.' }],
    ['gif', { mkv: 'Cover art is kept.', mp4: 'MP4 holds no gif cover.' }],
    ['tiff', { mkv: 'Cover art is kept.', mp4: 'MP4 holds no tiff cover.' }],
    ['bmp', { mkv: 'kept as an attachment', mp4: 'Cover art is kept.' }],
    ['webp', { mkv: 'kept as an attachment', mp4: 'MP4 holds no webp cover.' }],
  ])('%s: %j', (codec, expected) => {
    const info = mediaInfo([{ ...streamOf('cover', 0), codec }]);
    for (const container of ['mkv', 'mp4'] as const) {
      const { action, reason } = plan(info, { container }).streams[0]!;
      expect(reason.message).toContain(expected[container]);
      expect(action).toBe(expected[container].startsWith('MP4 holds no') ? 'drop' : 'copy');
    }
  });
});

describe('the rest', () => {
  const info = mediaInfo([streamOf('attachment', 0), streamOf('cover', 1), streamOf('data', 2)]);
  it.each<[ProfileInput, string[]]>([
    [{}, ['0:copy:attachment_copied', '1:copy:cover_copied', '2:drop:data_dropped']],
    [
      { keep: { attachments: false, coverArt: false } },
      ['0:drop:attachment_dropped', '1:drop:cover_dropped', '2:drop:data_dropped'],
    ],
    [{ container: 'webm' }, ['0:drop:attachment_dropped', '1:drop:cover_dropped', '2:drop:data_dropped']],
  ])('%j', (input, expected) => {
    expect(told(info, input)).toEqual(expected);
  });
});
