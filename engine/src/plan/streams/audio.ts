import type { AudioStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import { opusLayout } from '../opus-layouts.js';
import type { StreamPlan } from '../plan.types.js';

/** kbit/s that libopus takes at most for one channel */
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
function opusBitRate(profile: Profile, channels: number): number {
  const { mono, stereo, surround, surround71 } = profile.audio.bitRates;
  const wanted = channels <= 1 ? mono : channels === 2 ? stereo : channels <= 6 ? surround : surround71;
  return Math.min(wanted, MAX_RATE_PER_CHANNEL * Math.max(1, channels));
}

export function planAudio(stream: AudioStream, profile: Profile): StreamPlan {
  const { index } = stream;
  const copy = (code: string, message: string): StreamPlan => ({
    index,
    action: 'copy',
    reason: { code, message },
  });
  if (profile.audio.codec === 'copy') return copy('audio_copied', 'The profile leaves audio as it is.');
  const kept = namesOf(stream).find((name) => profile.audio.keepCodecs.includes(name));
  if (kept !== undefined) return copy('audio_kept', `The profile keeps ${kept}.`);
  if (stream.codec === 'unknown') return copy('audio_codec_unknown', 'ffprobe does not know the codec.');

  const fit = opusLayout(stream.channelLayout, stream.channels);
  if (fit === null) {
    const layout = stream.channelLayout ?? `${stream.channels} channels of unknown layout`;
    return copy(
      'audio_layout_does_not_fit',
      `No channel layout that ffmpeg encodes well as Opus holds ${layout}.`,
    );
  }
  const bitRate = opusBitRate(profile, stream.channels);
  if (stream.bitRate !== null && stream.bitRate <= bitRate * 1000) {
    const has = Math.round(stream.bitRate / 1000);
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
      codec: 'opus',
      bitRate,
      channels: fit.channels,
      channelLayout: fit.layout,
      channelFilter: fit.filter,
    },
    reason: {
      code: 'audio_encoded',
      message: `${stream.codec} ${stream.channelLayout ?? stream.channels} becomes Opus ${fit.layout} with ${bitRate} kbit/s${silent}.`,
    },
  };
}
