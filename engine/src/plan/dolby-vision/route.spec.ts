import { describe, expect, it } from 'vitest';
import { audioStream, mediaInfo, subtitleStream, videoStream } from '../../media/media-info.fixture.js';
import type { DolbyVisionInfo, MediaInfo, VideoStream } from '../../media/media-info.js';
import { profileSchema, type ProfileInput } from '../../profile/schema/index.js';
import { decide } from '../decide.js';
import { explainDecision } from '../explain.js';
import type { Decision, DolbyVisionKind } from '../plan.types.js';
import { kindOf } from './kind.js';

const PQ = { range: 'tv', space: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020' };
const COLOR = { ...PQ, chromaLocation: 'topleft' };
const HLG = { ...COLOR, transfer: 'arib-std-b67' };

const record = (
  profile: number | null,
  compatibilityId: number | null,
  layer?: 'mel' | 'fel',
): DolbyVisionInfo => ({
  ...{ profile, compatibilityId, level: 6, rpuPresent: true, blPresent: true, elPresent: profile === 7 },
  ...(layer === undefined ? {} : { layer }),
});

function picture(dolbyVision: DolbyVisionInfo | null, special: Partial<VideoStream> = {}): VideoStream {
  const isHlg = dolbyVision?.compatibilityId === 4;
  return videoStream({
    ...{ codec: 'hevc', width: 3840, height: 2160, pixelFormat: 'yuv420p10le', bitDepth: 10 },
    ...{ bitRate: 60_000_000, color: isHlg ? HLG : COLOR },
    hdr: {
      ...{ format: isHlg ? 'hlg' : 'hdr10', masteringDisplay: null, contentLight: null },
      ...{ dolbyVision, hdr10Plus: false },
    },
    ...special,
  });
}

const SIZE = { size: 48_000_000_000, bitRate: 64_000_000 };
const film = (video: VideoStream): MediaInfo =>
  mediaInfo([video, audioStream(), audioStream({ index: 2, codec: 'truehd' })], SIZE);

const RECORDS: Record<DolbyVisionKind, DolbyVisionInfo> = {
  profile4: record(4, 2),
  profile5: record(5, 0),
  profile7: record(7, 6),
  profile7Mel: record(7, 6, 'mel'),
  profile7Fel: record(7, 6, 'fel'),
  profile81: record(8, 1),
  profile84: record(8, 4),
  other: record(8, 2),
};
const KINDS = Object.keys(RECORDS) as DolbyVisionKind[];

const BAD = audioStream({ codec: 'pcm_bluray' });
const TS = { ...SIZE, formatNames: ['mpegts'] };

type Map = NonNullable<ProfileInput['dolbyVision']>;
const decided = (kind: DolbyVisionKind | null, map: Map, more: ProfileInput = {}): Decision =>
  decide(
    film(picture(kind === null ? null : RECORDS[kind])),
    profileSchema.parse({ ...more, dolbyVision: map }),
  );

/** In a word: the reason why not, or pipeline, way, compatibility, and what becomes of the picture and the first sound. */
function told(decision: Decision): string {
  if (decision.verdict === 'skip') return decision.reason.code;
  const { pipeline, dolbyVision, streams, container } = decision.plan;
  const actions = streams.slice(0, 2).map(({ action }) => action);
  const way = dolbyVision === null ? [] : [dolbyVision.way, `8.${dolbyVision.compatibilityId}`];
  return [pipeline, ...way, ...actions, container].join(' ');
}

const CONVERT = 'dolby_vision convert 8.1 convert-dolby-vision copy mkv';
const REENCODE = 'dolby_vision reencode 8.1 encode-video copy mkv';
const REENCODE_HLG = 'dolby_vision reencode 8.4 encode-video copy mkv';
const KEEP = 'compress copy encode-audio mkv';
const DROP = 'compress encode-video encode-audio mkv';
/** The sound alone saves less than the tenth that is asked for by default. */
const LITTLE: ProfileInput = { act: { minimumExpectedSaving: 0 } };

describe('kindOf', () => {
  it.each([
    ...KINDS.map((kind) => [kind, RECORDS[kind]] as const),
    ['other', record(null, null)],
    ['other', record(10, 1)],
    ['other', record(8, null)],
    ['profile81', record(8, 1, 'fel')],
  ] as const)('%s: %j', (kind, dolbyVision) => {
    expect(kindOf(dolbyVision)).toBe(kind);
  });
});

describe('each kind, each way', () => {
  it.each<[DolbyVisionKind, Map, string]>([
    ['profile4', { profile4: 'keep' }, KEEP],
    ['profile4', { profile4: 'skip' }, 'dolby_vision'],
    ['profile5', { profile5: 'keep' }, KEEP],
    ['profile5', { profile5: 'skip' }, 'dolby_vision'],
    ['profile7Mel', { profile7Mel: 'convert' }, CONVERT],
    ['profile7Mel', { profile7Mel: 'reencode' }, REENCODE],
    ['profile7Mel', { profile7Mel: 'keep' }, KEEP],
    ['profile7Mel', { profile7Mel: 'skip' }, 'dolby_vision'],
    ['profile7Fel', { profile7Fel: 'convert' }, 'fel_without_consent'],
    ['profile7Fel', { profile7Fel: 'reencode' }, 'fel_without_consent'],
    ['profile7Fel', { profile7Fel: 'convert', allowFelLoss: true }, CONVERT],
    ['profile7Fel', { profile7Fel: 'reencode', allowFelLoss: true }, REENCODE],
    ['profile7Fel', { profile7Fel: 'keep' }, KEEP],
    ['profile7Fel', { profile7Fel: 'skip', allowFelLoss: true }, 'dolby_vision'],
    ['profile81', { profile81: 'reencode' }, REENCODE],
    ['profile81', { profile81: 'keep' }, KEEP],
    ['profile81', { profile81: 'skip' }, 'dolby_vision'],
    ['profile84', { profile84: 'reencode' }, REENCODE_HLG],
    ['profile84', { profile84: 'keep' }, KEEP],
    ['profile84', { profile84: 'skip' }, 'dolby_vision'],
    // What is said of one kind says nothing of another, and least of all consents.
    ['profile7Mel', { profile7Fel: 'convert', allowFelLoss: true }, 'dolby_vision'],
    ['profile7Fel', { profile7Mel: 'convert', allowFelLoss: true }, 'dolby_vision'],
  ])('%s with %j', (kind, map, expected) => {
    expect(told(decided(kind, map, LITTLE))).toBe(expected);
  });

  it.each(KINDS)('%s that is not named goes the way of hdr.dolbyVision', (kind) => {
    const hasOrdinaryPicture = kind !== 'profile5';
    expect(told(decided(kind, {}))).toBe('dolby_vision');
    expect(told(decided(kind, {}, { hdr: { dolbyVision: 'drop' } }))).toBe(
      hasOrdinaryPicture ? DROP : 'dolby_vision',
    );
  });
});

describe('Profile 7 whose layer nobody knows', () => {
  it.each<[Map, string]>([
    [{ profile7Mel: 'convert' }, CONVERT],
    [{ profile7Mel: 'convert', profile7Fel: 'skip' }, CONVERT],
    [{ profile7Mel: 'skip', profile7Fel: 'convert' }, CONVERT],
    // A node that does the one need not be able to do the other.
    [{ profile7Mel: 'convert', profile7Fel: 'reencode' }, REENCODE],
    // Nobody looks on the way through compress.
    [{ profile7Mel: 'keep', profile7Fel: 'skip' }, 'dolby_vision'],
    [{ profile7Fel: 'skip' }, 'dolby_vision'],
    [{ profile7Fel: 'keep' }, KEEP],
  ])('%j', (map, expected) => {
    expect(told(decided('profile7', map, { ...LITTLE, hdr: { dolbyVision: 'drop' } }))).toBe(expected);
  });

  it('says that it will be found out', () => {
    expect(decided('profile7', { profile7Mel: 'convert' }).reason).toEqual({
      code: 'dolby_vision_convert',
      message:
        'Dolby Vision Profile 7 becomes Profile 8.1 without a new encode; all else stays as it is. ' +
        'Whether its enhancement layer is full, the node finds out first.',
    });
  });
});

describe('files without Dolby Vision', () => {
  it.each<[Map, ProfileInput, string]>([
    [{}, {}, DROP],
    [{ others: 'profile' }, {}, DROP],
    [{ others: 'skip' }, {}, 'no_dolby_vision'],
    [{ others: 'reencode' }, {}, 'standard encode-video copy mkv'],
    [{ others: 'reencode' }, { container: 'mp4' }, 'standard encode-video copy mkv'],
    [{ others: 'reencode' }, { video: { codec: 'copy' } }, 'standard encode-video copy mkv'],
    [{ others: 'reencode' }, { act: { goodVideoCodecs: ['hevc'] } }, 'good_codec'],
    [{ others: 'reencode' }, { act: { minimumBitRate: 90_000 } }, 'minimum_bit_rate'],
    [{ others: 'reencode' }, { act: { minimumExpectedSaving: 90 } }, 'expected_saving'],
    [{ others: 'reencode' }, { hdr: { hdr10: 'skip' } }, 'hdr'],
  ])('%j with %j', (map, more, expected) => {
    expect(told(decided(null, map, more))).toBe(expected);
  });

  it('of 8 bits stay so where the profile says', () => {
    const sdr = film(videoStream({ bitRate: 60_000_000 }));
    const formats = (['yuv420p', 'yuv420p10le'] as const).map((pixelFormat) => {
      const profile = profileSchema.parse({ video: { pixelFormat }, dolbyVision: { others: 'reencode' } });
      const decision = decide(sdr, profile);
      const [entry] = decision.verdict === 'encode' ? decision.plan.streams : [];
      return entry?.action === 'encode-video' ? entry.video : null;
    });
    expect(formats).toMatchObject([
      { pixelFormat: 'yuv420p', codec: 'hevc', encoder: 'software', quality: { crf: 18 }, preset: 6 },
      { pixelFormat: 'yuv420p10le', filmGrain: 0 },
    ]);
  });
});

describe('what cannot be made well', () => {
  const both: Map = { profile7Mel: 'convert', profile81: 'keep' };
  const again: Map = { profile7Mel: 'reencode', profile81: 'reencode', profile84: 'reencode' };
  const with7 = (special: Partial<VideoStream>) => film(picture(RECORDS.profile7Mel, special));
  const UNEVEN = { variableFrameRate: true };

  it.each<[string, MediaInfo, Map]>([
    ['variable_frame_rate', with7(UNEVEN), both],
    ['variable_frame_rate', with7(UNEVEN), again],
    ['variable_frame_rate', with7({ frameRate: null }), both],
    ['variable_frame_rate', film(picture(null, UNEVEN)), { others: 'reencode' }],
    ['several_videos', mediaInfo([picture(RECORDS.profile7Mel), videoStream({ index: 1 })]), both],
    ['several_videos', mediaInfo([picture(RECORDS.profile7Mel), videoStream({ index: 1 })]), again],
    ['dolby_vision_base', with7({ codec: 'h264' }), both],
    ['dolby_vision_base', with7({ color: { ...COLOR, primaries: 'bt709' } }), both],
    ['dolby_vision_base', with7({ bitDepth: 8, pixelFormat: 'yuv420p' }), both],
    ['dolby_vision_base', with7({ hdr: { ...picture(RECORDS.profile7Mel).hdr, format: 'sdr' } }), again],
    [
      'dolby_vision_base',
      film(picture(RECORDS.profile84, { hdr: { ...picture(RECORDS.profile84).hdr, format: 'hdr10' } })),
      again,
    ],
    ['stereoscopic', with7({ stereoscopic: true }), both],
    ['spherical', with7({ spherical: true }), both],
    ['hdr10_plus', with7({ hdr: { ...picture(RECORDS.profile7Mel).hdr, hdr10Plus: true } }), again],
    ['pixel_format', with7({ chroma: '444' }), again],
    ['codec_does_not_fit', mediaInfo([picture(RECORDS.profile7Mel), BAD], TS), both],
  ])('%s', (code, info, map) => {
    const profile = profileSchema.parse({ dolbyVision: map });
    const { decision, rules } = explainDecision(info, profile);
    expect(decision.reason.code).toBe(code);
    expect(rules.filter(({ result }) => result === 'objected').map((rule) => rule.code)).toEqual([code]);
  });

  it('is converted where nothing is encoded that could lose it', () => {
    const plus = with7({ hdr: { ...picture(RECORDS.profile7Mel).hdr, hdr10Plus: true } });
    expect(told(decide(plus, profileSchema.parse({ dolbyVision: both })))).toBe(CONVERT);
  });
});

describe('everything but the picture', () => {
  it('stays as it is, whatever the profile makes of other files', () => {
    const profile: ProfileInput = {
      audio: { keepLanguages: ['eng'], stereoDownmix: 'add' },
      subtitles: { keepLanguages: ['eng'], textFormat: 'ass' },
      keep: { chapters: false, tags: false, attachments: false, coverArt: false },
      hdr: { hdr10: 'skip', hlg: 'skip' },
      act: { minimumExpectedSaving: 0 },
    };
    const info = mediaInfo(
      [
        picture(RECORDS.profile7Mel),
        audioStream({ language: 'ger' }),
        subtitleStream({ language: 'fre' }),
        subtitleStream({ index: 3, codec: 'hdmv_pgs_subtitle', format: 'bitmap' }),
      ],
      SIZE,
    );
    for (const way of ['convert', 'reencode'] as const) {
      const decision = decide(info, profileSchema.parse({ ...profile, dolbyVision: { profile7Mel: way } }));
      const plan = decision.verdict === 'encode' ? decision.plan : null;
      expect(plan?.streams.slice(1).map(({ action }) => action)).toEqual(['copy', 'copy', 'copy']);
      expect(plan).toMatchObject({ added: [], keep: { chapters: true, tags: true }, container: 'mkv' });
    }
  });
});

describe('a picture that is kept', () => {
  it('stays out of a container that has no word for its Dolby Vision', () => {
    const av1 = mediaInfo([picture(record(10, 1), { codec: 'av1' }), audioStream({ codec: 'opus' })], {
      ...SIZE,
      formatNames: ['mov', 'mp4'],
    });
    const act = { goodContainers: ['mkv' as const], minimumExpectedSaving: 0 };
    const into = (container: 'mkv' | 'webm') => decide(av1, profileSchema.parse({ container, act }));
    expect(into('mkv').verdict).toBe('encode');
    expect(into('webm').reason).toMatchObject({
      code: 'codec_does_not_fit',
      message: 'Stream 0 is to be copied, and WebM has no place for its Dolby Vision.',
    });
  });
});

describe('sizes and reasons', () => {
  it('of a convert: no saving is expected, and a little more room is given', () => {
    const decision = decided('profile7Mel', { profile7Mel: 'convert' });
    const { size } = film(picture(null)).container;
    if (decision.verdict === 'skip') throw new Error(decision.reason.message);
    expect(decision.plan.expectedSize).toBe(size);
    expect(decision.plan.sizeLimit).toBeGreaterThan(size);
    expect(decision.plan.sizeLimit).toBeLessThan(size * 1.03);
    expect(decision.reason.message).not.toMatch(/save/);
  });

  it('of a reencode: what is expected to be saved', () => {
    const decision = decided('profile81', { profile81: 'reencode' });
    if (decision.verdict === 'skip') throw new Error(decision.reason.message);
    const { size } = film(picture(null)).container;
    expect(decision.plan.sizeLimit).toBe(Math.floor(size * 0.9));
    expect(decision.reason.message).toMatch(
      /^Dolby Vision Profile 8\.1 is encoded anew as Profile 8\.1, .* \d+ %/,
    );
    expect(decided('profile84', { profile84: 'reencode' }).reason.message).toMatch(/anew as Profile 8\.4/);
  });

  it('of a picture that is kept', () => {
    const decision = decided('profile81', { profile81: 'keep' }, LITTLE);
    if (decision.verdict === 'skip') throw new Error(decision.reason.message);
    expect(decision.reason.message).toMatch(/^It is expected to save \d+ %\.$/);
    expect(decision.plan.streams[0]).toEqual({
      ...{ index: 0, action: 'copy' },
      reason: { code: 'dolby_vision_kept', message: 'The picture and its Dolby Vision stay bit for bit.' },
    });
  });

  it('are in plain words for each file that is left alone', () => {
    expect(decided('profile5', { profile5: 'skip' }).reason.message).toBe(
      'The video is Dolby Vision Profile 5, which the profile leaves alone (dolbyVision: skip).',
    );
    expect(decided('profile7Fel', { profile7Fel: 'convert' }).reason.message).toMatch(/allowFelLoss: true/);
  });
});
