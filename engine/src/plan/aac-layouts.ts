import { channelsOf, fitLayout, type LayoutFit, type NamedLayout } from './channel-layouts.js';

/**
 * MPEG-4's channel configurations 1 to 6 in ffmpeg's names, smallest first. ffmpeg's encoder takes more, which are
 * left out on purpose: it writes 7.1 under number 7, which the standard gives to a layout with two more front
 * speakers, so that only ffmpeg itself plays it right; and most others in a form that many players do not read.
 */
const AAC_LAYOUTS: readonly NamedLayout[] = [
  ['mono', ['FC']],
  ['stereo', ['FL', 'FR']],
  ['3.0', ['FL', 'FR', 'FC']],
  ['4.0', ['FL', 'FR', 'FC', 'BC']],
  ['5.0', ['FL', 'FR', 'FC', 'BL', 'BR']],
  ['5.1', ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR']],
];

/**
 * The way of a channel layout into AAC.
 * @param layout ffmpeg's name; without one only mono and stereo are certain
 * @returns null when no layout holds these channels
 */
export function aacLayout(layout: string | null, channels: number): LayoutFit | null {
  return fitLayout(AAC_LAYOUTS, layout, channels);
}

const HALF_POWER = Math.SQRT1_2;

/** How much of a channel goes to the left and to the right: centre and surrounds at -3 dB, as ITU-R BS.775 has it. */
const SHARES: Readonly<Record<string, readonly [left: number, right: number]>> = {
  FL: [1, 0],
  FR: [0, 1],
  FC: [HALF_POWER, HALF_POWER],
  BL: [HALF_POWER, 0],
  BR: [0, HALF_POWER],
  SL: [HALF_POWER, 0],
  SR: [0, HALF_POWER],
  BC: [0.5, 0.5],
  // Made for a loudspeaker of its own; in stereo it only makes voices harder to hear.
  LFE: [0, 0],
};

/**
 * The filter that mixes a surround layout to stereo, scaled so that even full scale in every channel does not clip.
 * @param layout ffmpeg's name
 * @returns null for a layout that is unknown, is no surround, or has speakers that there is no rule for
 */
export function downmixFilter(layout: string): string | null {
  const channels = channelsOf(layout);
  if (channels === null || channels.length < 3) return null;
  const shares = channels.map((channel) => ({ channel, share: SHARES[channel] }));
  const sum = (side: 0 | 1) => shares.reduce((total, { share }) => total + (share?.[side] ?? 0), 0);
  const scale = 1 / Math.max(sum(0), sum(1));
  const mix = (side: 0 | 1) =>
    shares
      .filter(({ share }) => (share?.[side] ?? 0) > 0)
      // Rounded down, so that the sum stays below full scale.
      .map(
        ({ channel, share }) =>
          `${(Math.floor((share?.[side] ?? 0) * scale * 1e5) / 1e5).toFixed(5)}*${channel}`,
      )
      .join('+');
  if (shares.some(({ share }) => share === undefined)) return null;
  return `aformat=channel_layouts=${layout},pan=stereo|FL=${mix(0)}|FR=${mix(1)}`;
}
