import type { MeasuredSound } from '../content/content.types.js';
import type { ChannelMatch, SoundSample } from '../content/sound-sample.js';
import type { ContentCheck, Finding } from '../verify.types.js';

/** windows of 20 ms: with less than a second of sound, a sample tells nothing */
const ENOUGH = 50;
/** dB */
const CLEARLY_HEARD = -50;
const SILENT = -58;
const DROP = 8;

/** Sound whose loudness moves less than this (dB) has no rhythm to go by: white noise has 0.5, quiet scenes 1.4. */
const LIVELY = 1;
/** Rhythm of all channels together: honest encodes have 0.84 and more even at 64 kbit/s for 5.1, other sound 0.1 and less. */
const SAME_RHYTHM = 0.3;
/** dB: honest encodes differ by 2 and less */
const SAME_LOUDNESS = 9;

/** seconds, and by how much better the rhythm fits when moved by them */
const LEAST_LAG = 0.06;
const BETTER = 0.25;
const FITS = 0.7;

/** dB that count as much as a rhythm of 1 when channels are compared */
const DISTANCE_WEIGHT = 10;
/** By how much a channel resembles another of the source more than its own: where channels changed places, 0.35 and more. */
const OTHER_CHANNEL = 0.25;
/** A single channel that is not heard in the output (dB, rhythm). */
const LOST_DISTANCE = 12;

const finding = (code: Finding['code'], sound: MeasuredSound, message: string): Finding => ({
  code,
  message: `Sound track of stream ${sound.stream}: ${message}`,
  stream: sound.stream,
});

const telling = ({ samples }: MeasuredSound) => samples.filter(({ audible }) => audible >= ENOUGH);

function isSilent({ loudness }: SoundSample): boolean {
  const { source, output } = loudness;
  return source > CLEARLY_HEARD && output < SILENT && source - output > DROP;
}

function lagOf({ lag }: SoundSample): number {
  const { seconds, moved, unmoved } = lag;
  const isLate = Math.abs(seconds) >= LEAST_LAG && moved >= FITS && moved - unmoved >= BETTER;
  return isLate ? seconds : 0;
}

export const checkSoundSilent: ContentCheck = ({ sounds }) =>
  sounds.flatMap((sound) => {
    if (!telling(sound).some(isSilent)) return [];
    return [finding('audio_silent', sound, 'it can be heard in the source, and the output is silent.')];
  });

/** Sound that is late or early against the source, whatever its times say. */
export const checkSoundShift: ContentCheck = ({ sounds }) =>
  sounds.flatMap((sound) => {
    const seconds = telling(sound)
      .filter((sample) => !isSilent(sample))
      .map(lagOf)
      .find((lag) => lag !== 0);
    if (seconds === undefined) return [];
    const message = `the output is ${Math.abs(seconds).toFixed(2)} s ${seconds > 0 ? 'late' : 'early'}.`;
    return [finding('audio_shift', sound, message)];
  });

function isOther(sample: SoundSample): boolean {
  if (isSilent(sample) || lagOf(sample) !== 0) return false;
  if (sample.liveliness >= LIVELY && sample.lag.unmoved < SAME_RHYTHM) return true;
  return sample.distance !== null && sample.distance > SAME_LOUDNESS;
}

/** Whether the same is heard in both files. */
export const checkSoundContent: ContentCheck = ({ sounds }) =>
  sounds.flatMap((sound) => {
    const other = telling(sound).find(isOther);
    if (other === undefined) return [];
    const message = `other sound is heard than in the source: their rhythm agrees by ${other.lag.unmoved.toFixed(2)} of 1.`;
    return [finding('audio_content', sound, message)];
  });

/** Mean of one pair of channels over all samples; null where neither is ever heard. */
function resemblance(samples: readonly SoundSample[], made: number, wanted: number): ChannelMatch | null {
  const matches = samples.flatMap(({ channels }) => channels[made]?.[wanted] ?? []);
  if (matches.length === 0) return null;
  const mean = (key: keyof ChannelMatch) =>
    matches.reduce((sum, match) => sum + match[key], 0) / matches.length;
  return { distance: mean('distance'), rhythm: mean('rhythm') };
}

const score = ({ distance, rhythm }: ChannelMatch) => rhythm - distance / DISTANCE_WEIGHT;

/** Whether each channel is heard where it is heard in the source. */
export const checkChannelOrder: ContentCheck = ({ sounds }) =>
  sounds.flatMap((sound) => {
    const samples = telling(sound).filter(
      (sample) => !isSilent(sample) && !isOther(sample) && lagOf(sample) === 0,
    );
    const count = samples[0]?.channels.length ?? 0;
    const misplaced: string[] = [];
    const lost: string[] = [];
    for (let made = 0; made < count; made += 1) {
      const own = resemblance(samples, made, made);
      if (own === null) continue;
      const others = Array.from({ length: count }, (_, wanted) => wanted)
        .filter((wanted) => wanted !== made)
        .map((wanted) => ({ wanted, match: resemblance(samples, made, wanted) }))
        .filter(
          ({ match }) =>
            match !== null && match.rhythm >= SAME_RHYTHM && score(match) - score(own) > OTHER_CHANNEL,
        );
      const [best] = others.sort(
        (a, b) => (b.match === null ? 0 : score(b.match)) - (a.match === null ? 0 : score(a.match)),
      );
      if (best !== undefined) misplaced.push(`${made + 1} is the source's ${best.wanted + 1}`);
      else if (own.distance > LOST_DISTANCE && own.rhythm < SAME_RHYTHM) lost.push(String(made + 1));
    }
    // A single one may resemble a louder neighbour by chance; a change of places takes two.
    if (misplaced.length >= 2)
      return [
        finding(
          'channel_order',
          sound,
          `channels of ${sound.channelLayout} have changed places: ${misplaced.join(', ')}.`,
        ),
      ];
    if (lost.length === 0) return [];
    return [finding('audio_content', sound, `channel ${lost.join(', ')} is not what the source has there.`)];
  });
