import { describe, expect, it } from 'vitest';
import { dolbyVisionFilm, dolbyVisionStream, MEL, PROFILE_81 } from '../../media/dolby-vision.fixture.js';
import type { DolbyVisionInfo, MediaInfo, VideoStream } from '../../media/media-info.js';
import { audioStream } from '../../media/media-info.fixture.js';
import { decide } from '../../plan/decide.js';
import type { Plan } from '../../plan/plan.types.js';
import { profileSchema, type ProfileInput } from '../../profile/schema/index.js';
import { verifyHeaders } from '../verify.js';

function planOf(info: MediaInfo, dolbyVision: ProfileInput['dolbyVision']): Plan {
  const decision = decide(info, profileSchema.parse({ dolbyVision }));
  if (decision.verdict === 'skip') throw new Error(decision.reason.message);
  return decision.plan;
}

const source = dolbyVisionFilm(MEL);
const color = dolbyVisionStream(MEL).color;
const hdr = dolbyVisionStream(PROFILE_81).hdr;

const found = (special: Partial<VideoStream>, made = PROFILE_81, way: 'convert' | 'reencode' = 'convert') => {
  const output = { ...source, streams: [dolbyVisionStream(made, special), audioStream()] };
  return verifyHeaders({ source, output, plan: planOf(source, { profile7Mel: way }) });
};

describe.each(['convert', 'reencode'] as const)('%s of Profile 7', (way) => {
  it('is Profile 8.1 over HDR10', () => {
    expect(found({}, PROFILE_81, way)).toEqual([]);
  });

  it.each<[string, DolbyVisionInfo, string]>([
    ['still two layers', MEL, 'profile is 7 and should be 8'],
    ['an enhancement layer', { ...PROFILE_81, elPresent: true }, 'claims an enhancement layer'],
    ['no RPUs', { ...PROFILE_81, rpuPresent: false }, 'claims no RPUs'],
    ['another base', { ...PROFILE_81, compatibilityId: 4 }, 'compatibility is 4 and should be 1'],
    ['no word of its base', { ...PROFILE_81, compatibilityId: null }, 'is nothing and should be 1'],
  ])('is refused with %s', (_name, record, message) => {
    const [finding, ...others] = found({}, record, way);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'dolby_vision_record', stream: 0 });
    expect(finding?.message).toContain(message);
  });

  it.each<[string, Partial<VideoStream>, string[]]>([
    ['no Dolby Vision', { hdr: { ...hdr, dolbyVision: null } }, ['dolby_vision_record']],
    ['another curve', { color: { ...color, transfer: 'bt709' } }, ['color', 'dolby_vision_record']],
    ['other primaries', { color: { ...color, primaries: 'bt709' } }, ['color', 'dolby_vision_record']],
    ['no mastering display', { hdr: { ...hdr, masteringDisplay: null } }, ['hdr_mastering_display']],
    [
      'another MaxCLL',
      { hdr: { ...hdr, contentLight: { maxContent: 1, maxAverage: 1 } } },
      ['hdr_content_light'],
    ],
    ['another size', { width: 1920, height: 1080 }, ['picture_size']],
    ['another shape', { sampleAspectRatio: { numerator: 4, denominator: 3 } }, ['picture_shape']],
    ['a turn', { rotation: 90 }, ['rotation']],
    ['another codec', { codec: 'av1' }, ['stream_codec']],
    ['8 bits', { bitDepth: 8, pixelFormat: 'yuv420p' }, ['pixel_format', 'dolby_vision_record']],
  ])('is refused with %s', (_name, special, codes) => {
    expect(found(special, PROFILE_81, way).map(({ code }) => code)).toEqual(codes);
  });
});

describe('a picture that is still to be turned and stretched', () => {
  const sideways: Partial<VideoStream> = {
    rotation: 90,
    sampleAspectRatio: { numerator: 4, denominator: 3 },
  };
  const from = dolbyVisionFilm(MEL, sideways);
  const plan = planOf(from, { profile7Mel: 'convert' });

  it.each([
    ['as it was', sideways, []],
    ['turned already', { ...sideways, rotation: 0 }, ['rotation']],
    [
      'stretched the other way',
      { ...sideways, sampleAspectRatio: { numerator: 3, denominator: 4 } },
      ['picture_shape'],
    ],
  ] as const)('%s', (_name, special, codes) => {
    const output = { ...from, streams: [dolbyVisionStream(PROFILE_81, special), audioStream()] };
    expect(verifyHeaders({ source: from, output, plan }).map(({ code }) => code)).toEqual(codes);
  });
});

describe('Profile 8.4', () => {
  const hlg = { color: { ...color, transfer: 'arib-std-b67' } };
  const record: DolbyVisionInfo = { ...PROFILE_81, compatibilityId: 4 };
  const light = { masteringDisplay: null, contentLight: null, hdr10Plus: false };
  const from = dolbyVisionFilm(record, { ...hlg, hdr: { ...light, format: 'hlg', dolbyVision: record } });
  const plan = planOf(from, { profile84: 'reencode' });

  it.each([
    ['over HLG', 4, []],
    ['as 8.1', 1, ['dolby_vision_record']],
  ] as const)('%s', (_name, compatibilityId, codes) => {
    const made = dolbyVisionStream(record, {
      ...hlg,
      hdr: { ...light, format: 'hlg', dolbyVision: { ...record, compatibilityId } },
    });
    const output = { ...from, streams: [made, audioStream()] };
    expect(verifyHeaders({ source: from, output, plan }).map(({ code }) => code)).toEqual(codes);
  });
});

it('is not asked of what has none', () => {
  const info = dolbyVisionFilm(MEL);
  const plan = { ...planOf(info, { profile7Mel: 'convert' }), dolbyVision: null };
  expect(verifyHeaders({ source: info, output: info, plan }).map(({ code }) => code)).toEqual([
    'dolby_vision',
  ]);
});
