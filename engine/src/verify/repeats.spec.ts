import { describe, expect, it } from 'vitest';
import { audioStream, mediaInfo, videoStream } from '../media/media-info.fixture.js';
import { profileSchema, type ProfileInput } from '../profile/schema/index.js';
import { profileRepeats } from './repeats.js';

const made = mediaInfo([
  videoStream({ codec: 'av1', pixelFormat: 'yuv420p10le', bitDepth: 10, bitRate: 2_000_000 }),
  audioStream({ codec: 'opus', bitRate: 128_000 }),
]);

describe('profileRepeats', () => {
  it.each<[string, ProfileInput, string | null]>([
    ['the default profile leaves its result alone', {}, null],
    [
      'a profile that does not know its own codec for good',
      { act: { goodVideoCodecs: ['hevc'], minimumExpectedSaving: 0 } },
      'add av1 to act.goodVideoCodecs',
    ],
  ])('%s', (_name, input, says) => {
    const reason = profileRepeats(made, profileSchema.parse(input), 'compress', null);
    if (says === null) expect(reason).toBeNull();
    else {
      expect(reason?.code).toBe('profile_repeats');
      expect(reason?.message).toContain(says);
    }
  });
});
