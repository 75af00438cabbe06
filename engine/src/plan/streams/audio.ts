import type { Reason } from '#contracts';
import type { AudioStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import { aacLayout } from '../aac-layouts.js';
import { opusLayout } from '../opus-layouts.js';
import { holdsAudio } from '../containers.js';
import type { AudioEncode, RuleContext, StreamPlan } from '../plan.types.js';

const NAMES: Record<AudioEncode['codec'], string> = { opus: 'Opus', aac: 'AAC' };
const LAYOUTS = { opus: opusLayout, aac: aacLayout } as const;

/** kbit/s that libopus, and AAC at 48 kHz, take at most for one channel */
const MAX_RATE_PER_CHANNEL = 256;

/** Names under which `keepCodecs` may list a stream. */
function namesOf(stream: AudioStream): string[] {
  const names = [stream.codec];
  if (stream.codec === 'dts' && (stream.lossless || stream.objectBased)) names.push('dts-hd');
  if (stream.objectBased) names.push('atmos');
  if (stream.codec.startsWith('pcm_')) names.push('pcm');
  return names;
}

/** @returns kbit/s for this many channels */
export function bitRateFor(profile: Profile, channels: number): number {
  const { mono, stereo, surround, surround71 } = profile.audio.bitRates;
  const wanted = channels <= 1 ? mono : channels === 2 ? stereo : channels <= 6 ? surround : surround71;
  return Math.min(wanted, MAX_RATE_PER_CHANNEL * Math.max(1, channels));
}

/** @param dropped why this stream is not wanted; undefined for one that is */
export function planAudio(
  stream: AudioStream,
  { info, profile }: RuleContext,
  dropped: Reason | undefined,
): StreamPlan {
  const { index } = stream;
  if (dropped !== undefined) return { index, action: 'drop', reason: dropped };
  const copy = (code: string, message: string): StreamPlan => ({
    index,
    action: 'copy',
    reason: { code, message },
  });
  if (stream.packets === 0) {
    const message = 'It is announced, and the file holds nothing of it.';
    return { index, action: 'drop', reason: { code: 'audio_empty', message } };
  }
  const { codec } = profile.audio;
  if (codec === 'copy') return copy('audio_copied', 'The profile leaves audio as it is.');
  const kept = namesOf(stream).find((name) => profile.audio.keepCodecs.includes(name));
  if (kept !== undefined) return copy('audio_kept', `The profile keeps ${kept}.`);
  if (stream.codec === codec) return copy('audio_kept', `It is ${NAMES[codec]} already.`);
  if (stream.codec === 'unknown') return copy('audio_codec_unknown', 'ffprobe does not know the codec.');

  const fit = LAYOUTS[codec](stream.channelLayout, stream.channels);
  if (fit === null) {
    const layout = stream.channelLayout ?? `${stream.channels} channels of unknown layout`;
    return copy(
      'audio_layout_does_not_fit',
      `No channel layout that ffmpeg encodes well as ${NAMES[codec]} holds ${layout}.`,
    );
  }
  const bitRate = bitRateFor(profile, stream.channels);
  const small = stream.bitRate !== null && stream.bitRate <= bitRate * 1000;
  // What the new container cannot hold has to become something else, however small it is.
  if (small && holdsAudio(info, profile.container, stream.codec)) {
    const has = Math.round((stream.bitRate ?? 0) / 1000);
    return copy(
      'audio_small_already',
      `It has ${has} kbit/s, no more than the ${bitRate} kbit/s of the profile.`,
    );
  }
  const silent =
    fit.channels > stream.channels ? `, ${fit.channels - stream.channels} of its channels silent` : '';
  return {
    index,
    action: 'encode-audio',
    audio: {
      codec,
      bitRate,
      channels: fit.channels,
      channelLayout: fit.layout,
      channelFilter: fit.filter,
    },
    reason: {
      code: 'audio_encoded',
      message: `${stream.codec} ${stream.channelLayout ?? stream.channels} becomes ${NAMES[codec]} ${fit.layout} with ${bitRate} kbit/s${silent}.`,
    },
  };
}
