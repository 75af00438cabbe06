/** seconds of sound whose loudness is one number */
const WINDOW = 0.02;
/** dB below full scale: what is quieter is taken for silence */
const SILENCE = -60;
const AUDIBLE = -50;
/** windows by which the output is tried to be early or late: half a second */
const LAGS = 25;
/** windows to either side that make up the surroundings from which a window's loudness stands out */
const AROUND = 12;

/** Loudness in dB of each channel, window by window. */
export type Envelopes = readonly (readonly number[])[];

/** How one channel of the output resembles one of the source. */
export interface ChannelMatch {
  /** dB by which their loudness differs on average, where either can be heard */
  distance: number;
  /** -1 to 1: how far their loudness rises and falls together from one moment to the next */
  rhythm: number;
}

/** What a comparison of one sample of one track told. */
export interface SoundSample {
  /** windows in which something can be heard in the source */
  audible: number;
  /** dB of all channels, averaged over time */
  loudness: { source: number; output: number };
  /** dB by which the loudness of all channels together differs on average; null where nothing can be heard */
  distance: number | null;
  /** dB by which the source's loudness usually rises and falls from one moment to the next */
  liveliness: number;
  /** by channel of the output, then of the source; null where neither can be heard */
  channels: readonly (readonly (ChannelMatch | null)[])[];
  /** rhythm of all channels together as it is, and at its best when moved by so many seconds */
  lag: { seconds: number; moved: number; unmoved: number };
}

/**
 * Loudness over time, channel by channel.
 * @param samples signed 16-bit, channels interleaved
 */
export function envelopes(samples: Int16Array, channels: number, sampleRate: number): Envelopes {
  const window = Math.round(WINDOW * sampleRate);
  const windows = Math.floor(samples.length / channels / window);
  return Array.from({ length: channels }, (_, channel) =>
    Array.from({ length: windows }, (__, at) => {
      let sum = 0;
      for (let index = at * window; index < (at + 1) * window; index += 1) {
        const value = (samples[index * channels + channel] ?? 0) / 32_768;
        sum += value * value;
      }
      return Math.max(SILENCE, 10 * Math.log10(sum / window + 1e-12));
    }),
  );
}

const average = (values: readonly number[]) =>
  values.length === 0 ? SILENCE : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far each window stands out from those around it: a fade or another volume leaves it as it is. */
function rhythm(channel: readonly number[]): number[] {
  return channel.map(
    (value, at) => value - average(channel.slice(Math.max(0, at - AROUND), at + AROUND + 1)),
  );
}

/** Pearson's correlation of two rows around 0; 0 where one of them is flat. */
function correlation(a: readonly number[], b: readonly number[]): number {
  let [products, squaresA, squaresB] = [0, 0, 0];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [p, q] = [a[at] ?? 0, b[at] ?? 0];
    products += p * q;
    squaresA += p * p;
    squaresB += q * q;
  }
  return squaresA < 1 || squaresB < 1 ? 0 : products / Math.sqrt(squaresA * squaresB);
}

function match(source: readonly number[], output: readonly number[]): ChannelMatch | null {
  const length = Math.min(source.length, output.length);
  let sum = 0;
  let count = 0;
  for (let at = 0; at < length; at += 1) {
    const [p, q] = [source[at] ?? SILENCE, output[at] ?? SILENCE];
    if (Math.max(p, q) < AUDIBLE) continue;
    sum += Math.abs(p - q);
    count += 1;
  }
  if (count === 0 || count < length / 10) return null;
  return { distance: sum / count, rhythm: correlation(rhythm(source), rhythm(output)) };
}

/** Loudness of all channels together, window by window. */
function together(channels: Envelopes): number[] {
  const [first = []] = channels;
  return first.map(
    (_, at) => 10 * Math.log10(average(channels.map((channel) => 10 ** ((channel[at] ?? SILENCE) / 10)))),
  );
}

/** Compares the same seconds of one track in two files. */
export function compareSound(source: Envelopes, output: Envelopes): SoundSample {
  const [all, other] = [together(source), together(output)];
  const beat = rhythm(all);
  const unmoved = correlation(beat, rhythm(other));
  let lag = { seconds: 0, moved: unmoved, unmoved };
  for (let windows = -LAGS; windows <= LAGS; windows += 1) {
    // What is outside the other's stretch must not stand out from it: rhythm is that of the common part alone.
    const moved = correlation(
      rhythm(all.slice(Math.max(0, -windows), other.length - windows)),
      rhythm(other.slice(Math.max(0, windows), all.length + windows)),
    );
    if (moved > lag.moved) lag = { seconds: windows * WINDOW, moved, unmoved };
  }
  return {
    audible: all.filter((loudness) => loudness >= AUDIBLE).length,
    loudness: { source: average(all), output: average(other) },
    distance: match(all, other)?.distance ?? null,
    liveliness: beat.length === 0 ? 0 : Math.sqrt(average(beat.map((value) => value * value))),
    channels: output.map((made) => source.map((wanted) => match(wanted, made))),
    lag,
  };
}
