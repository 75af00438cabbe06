import { canonicalLanguage } from '../../media/language.js';
import { streamsOf, type AudioStream } from '../../media/media-info.js';
import { downmixFilter } from '../aac-layouts.js';
import type { AddedAudio, RuleContext, StreamPlan } from '../plan.types.js';
import { isCommentary } from './audio-selection.js';
import { bitRateFor } from './audio.js';

/** Surround sound has as many channels at least. */
const SURROUND = 3;

/**
 * The stereo mixes that a profile asks for: one for each language that has surround sound and no stereo track of its
 * own; of the first surround track that is not a commentary.
 */
export function stereoDownmixes({ info, profile }: RuleContext, plans: readonly StreamPlan[]): AddedAudio[] {
  if (profile.audio.stereoDownmix === 'none') return [];
  const kept = streamsOf(info, 'audio').filter(
    (stream) => !isCommentary(stream) && plans.find(({ index }) => index === stream.index)?.action !== 'drop',
  );
  const done = new Set(
    kept.filter(({ channels }) => channels <= 2).map(({ language }) => canonicalLanguage(language)),
  );
  return kept.flatMap((stream: AudioStream): AddedAudio[] => {
    const language = canonicalLanguage(stream.language);
    if (stream.channels < SURROUND || done.has(language)) return [];
    const filter = stream.channelLayout === null ? null : downmixFilter(stream.channelLayout);
    if (filter === null) return [];
    done.add(language);
    const codec =
      profile.audio.codec === 'aac'
        ? 'aac'
        : profile.container === 'mp4' && profile.audio.codec === 'copy'
          ? 'aac'
          : 'opus';
    const bitRate = bitRateFor(profile, 2);
    return [
      {
        from: stream.index,
        audio: { codec, bitRate, channels: 2, channelLayout: 'stereo', channelFilter: filter },
        title: 'Stereo',
        reason: {
          code: 'audio_downmix_added',
          message: `The profile adds a stereo mix of ${stream.channelLayout ?? 'it'} with ${bitRate} kbit/s.`,
        },
      },
    ];
  });
}
