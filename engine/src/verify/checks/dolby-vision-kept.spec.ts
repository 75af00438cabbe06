import { describe, expect, it } from 'vitest';
import { mediaInfo, videoStream } from '../../media/media-info.fixture.js';
import type { DolbyVisionInfo } from '../../media/media-info.js';
import { decide } from '../../plan/decide.js';
import { profileSchema } from '../../profile/schema/index.js';
import { pairTracks } from '../tracks.js';
import { checkDolbyVisionKept } from './dolby-vision-kept.js';

const record = (special: Partial<DolbyVisionInfo> = {}): DolbyVisionInfo => ({
  ...{ profile: 7, level: 6, rpuPresent: true, elPresent: true, blPresent: true, compatibilityId: 6 },
  ...special,
});
const film = (dolbyVision: DolbyVisionInfo | null) =>
  mediaInfo([videoStream({ codec: 'hevc', hdr: { ...videoStream().hdr, dolbyVision } })], {
    formatNames: ['mov', 'mp4'],
  });

function found(
  before: DolbyVisionInfo | null,
  after: DolbyVisionInfo | null,
  codec: 'copy' | 'av1',
): string[] {
  const [source, output] = [film(before), film(after)];
  const act = { goodContainers: ['mkv' as const], minimumExpectedSaving: -10 };
  const decision = decide(
    source,
    profileSchema.parse({ video: { codec }, act, hdr: { dolbyVision: 'drop' } }),
  );
  if (decision.verdict === 'skip') throw new Error(decision.reason.message);
  const input = { source, output, plan: decision.plan };
  return checkDolbyVisionKept(input, pairTracks(input)).map(({ message }) => message);
}

const SAID =
  'The Dolby Vision of the copied picture was announced as profile 7, compatibility 6, two layers, and is as';

describe('checkDolbyVisionKept', () => {
  it.each<[string, DolbyVisionInfo | null, DolbyVisionInfo | null, string[]]>([
    ['the same record', record(), record({ layer: 'mel' }), []],
    ['none', null, null, []],
    ['metadata in the picture alone', record({ profile: null, compatibilityId: null }), null, []],
    ['a record that is lost', record(), null, [`${SAID} nothing.`]],
    ['metadata without its record', record(), record({ profile: null }), [`${SAID} nothing.`]],
    [
      'another one',
      record(),
      record({ profile: 8, compatibilityId: 1, elPresent: false }),
      [`${SAID} profile 8, compatibility 1, one layer.`],
    ],
  ])('%s', (_name, before, after, messages) => {
    expect(found(before, after, 'copy')).toEqual(messages);
  });

  it('is not asked of a new picture', () => {
    expect(found(record(), null, 'av1')).toEqual([]);
  });
});
