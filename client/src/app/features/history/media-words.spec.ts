import { expect, it } from 'vitest';
import type { MediaFacts } from '#contracts';
import { audioWords, codecChange } from './media-words';

function facts(videoCodec: string | null, ...audioCodecs: string[]): MediaFacts {
  return { container: 'matroska', videoCodec, audioCodecs, size: 1, bitRate: null, durationSeconds: null };
}

it('audioWords counts what is there twice', () => {
  expect(audioWords(facts('hevc', 'truehd', 'ac3', 'ac3'))).toBe('TrueHD, AC-3 ×2');
  expect(audioWords(facts('hevc'))).toBe('none');
  expect(audioWords(facts('hevc', 'sipr'))).toBe('sipr');
});

it('codecChange names both ends, or one', () => {
  expect(codecChange({ source: facts('h264'), output: facts('av1') })).toBe('H.264 → AV1');
  expect(codecChange({ source: facts('av1'), output: facts('av1') })).toBe('AV1');
  expect(codecChange({ source: facts(null), output: facts(null) })).toBe('none');
});
