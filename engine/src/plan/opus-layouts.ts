import { fitLayout, type LayoutFit, type NamedLayout } from './channel-layouts.js';

/**
 * RFC 7845, mapping family 1, in ffmpeg's names; smallest first. 5.0 and 6.1 are left out on purpose: ffmpeg's
 * libopus encoder (seen in 5.1, reported as its ticket 8939) applies its permutation the wrong way round, and of
 * these two alone it is not its own inverse, so that the centre comes out of a surround speaker. Undoing that
 * here would turn wrong on the day when ffmpeg is mended; 5.0 fits into 5.1, and a rear centre is copied.
 */
const OPUS_LAYOUTS: readonly NamedLayout[] = [
  ['mono', ['FC']],
  ['stereo', ['FL', 'FR']],
  ['3.0', ['FL', 'FR', 'FC']],
  ['quad', ['FL', 'FR', 'BL', 'BR']],
  ['5.1', ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR']],
  ['7.1', ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR', 'SL', 'SR']],
];

/**
 * The way of a channel layout into Opus, which has Vorbis' layouts only.
 * @param layout ffmpeg's name; without one only mono and stereo are certain
 * @returns null when no layout holds these channels
 */
export function opusLayout(layout: string | null, channels: number): LayoutFit | null {
  return fitLayout(OPUS_LAYOUTS, layout, channels);
}
