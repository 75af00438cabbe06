import { describe, expect, it } from 'vitest';
import { dolbyVisionFilm, MEL, PROFILE_81 } from '../../media/dolby-vision.fixture.js';
import { encoderMark } from '../../media/encoder-mark.js';
import { mediaInfo, videoStream } from '../../media/media-info.fixture.js';
import type { MediaInfo, Tags } from '../../media/media-info.js';
import { profileSchema, type ProfileInput } from '../../profile/schema/index.js';
import { decide } from '../decide.js';

const MARKED: Tags = { encoder_settings: encoderMark({ crf: 18 }) };
const OTHERS: Tags = { encoder_settings: 'cabac=1 / ref=4 / crf=18.0' };

describe('a picture that x265 has made here', () => {
  it.each<[string, MediaInfo, ProfileInput['dolbyVision'], string]>([
    [
      '8.1 of ours',
      dolbyVisionFilm(PROFILE_81, { tags: MARKED }),
      { profile81: 'reencode' },
      'reencoded_before',
    ],
    [
      '8.1 of others',
      dolbyVisionFilm(PROFILE_81, { tags: OTHERS }),
      { profile81: 'reencode' },
      'dolby_vision_reencode',
    ],
    ['8.1 without tags', dolbyVisionFilm(PROFILE_81), { profile81: 'reencode' }, 'dolby_vision_reencode'],
    [
      'HEVC of ours',
      mediaInfo([videoStream({ codec: 'hevc', tags: MARKED })]),
      { others: 'reencode' },
      'reencoded_before',
    ],
    [
      'a convert, which loses nothing',
      dolbyVisionFilm(MEL, { tags: MARKED }),
      { profile7Mel: 'convert' },
      'dolby_vision_convert',
    ],
  ])('%s', (_name, info, dolbyVision, code) => {
    const profile = profileSchema.parse({ dolbyVision, act: { minimumExpectedSaving: 0 } });
    expect(decide(info, profile).reason.code).toBe(code);
  });

  it('says how', () => {
    const profile = profileSchema.parse({ dolbyVision: { others: 'reencode' } });
    expect(decide(mediaInfo([videoStream({ tags: MARKED })]), profile).reason.message).toMatch(/\(crf=18\)/);
  });
});
