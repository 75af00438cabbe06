import { OFFSETS, type PictureSample, type Stretch } from '../content/picture-sample.js';
import type { ContentCheck, Finding } from '../verify.types.js';

/** Mean SSIM of a sample: honest encodes have 0.86 and more even at the highest crf, other films 0.2 and less. */
const SAME_FILM = 0.4;

/** A stretch is out of step when at another offset so much less, and so large a part less, is missing to a SSIM of 1. */
const LESS_MISSING = 0.006;
const LESS_PART = 0.85;
/** One stretch alone may be: after a cut, an encoder at its lowest quality shows some frames late. */
const STRETCHES = 2;

/** Mean square of a picture that moves for certain; noise and grain stay below. */
const MOVES = 60;
const STANDS_STILL = 0.1;

const finding = (code: Finding['code'], message: string): Finding => ({ code, message, stream: null });
const at = ({ start }: PictureSample) => `at ${start.toFixed(1)} s`;
/** A seek in the source that missed shows nothing, and says nothing of the output. */
const isTelling = ({ frames }: PictureSample) => frames.source > 0;

/** Whether the output shows the same film at all. */
export const checkPictureContent: ContentCheck = ({ pictures }) => {
  for (const sample of pictures.filter(isTelling)) {
    if (sample.frames.output === 0)
      return [finding('picture_content', `The output shows no picture ${at(sample)}.`)];
    if (sample.frames.paired === 0 || sample.ssim >= SAME_FILM) continue;
    const message = `The output shows another picture than the source ${at(sample)}: their similarity (SSIM) is ${sample.ssim.toFixed(2)}.`;
    return [finding('picture_content', message)];
  }
  return [];
};

/** @returns frames by which a stretch fits better than as it is; 0 when it does not */
function offsetOf({ ssim }: Stretch): number {
  const missing = ssim.map((value) => 1 - value);
  const here = missing[OFFSETS.indexOf(0)] ?? 0;
  const least = Math.min(...missing);
  if (here - least < LESS_MISSING || least > here * LESS_PART) return 0;
  return OFFSETS[missing.indexOf(least)] ?? 0;
}

/** @returns the offset that some stretches in a row agree on, or 0 */
function shiftOf({ stretches }: PictureSample): number {
  const offsets = stretches.map(offsetOf);
  const found = offsets.findIndex(
    (offset, start) =>
      offset !== 0 &&
      offsets.slice(start, start + STRETCHES).filter((other) => other === offset).length === STRETCHES,
  );
  return offsets[found] ?? 0;
}

/** Whether each picture is shown when the source shows it. A film that does not move cannot tell. */
export const checkPictureShift: ContentCheck = ({ pictures }) => {
  for (const sample of pictures.filter(isTelling)) {
    const { source, output, paired } = sample.frames;
    if (output > 0 && paired < source / 2) {
      const message = `Of ${source} frames of the source ${at(sample)}, the output shows ${paired} at the same time.`;
      return [finding('picture_shift', message)];
    }
    const shift = shiftOf(sample);
    if (shift === 0) continue;
    const way = shift > 0 ? 'late' : 'early';
    const message = `The output's picture is ${Math.abs(shift)} frame${Math.abs(shift) === 1 ? '' : 's'} ${way} ${at(sample)}.`;
    return [finding('picture_shift', message)];
  }
  return [];
};

/** Whether what moves in the source moves in the output. */
export const checkPictureFrozen: ContentCheck = ({ pictures }) => {
  const frozen = pictures.find(
    ({ movement, frames }) =>
      frames.paired > 0 && movement.source > MOVES && movement.output < movement.source * STANDS_STILL,
  );
  if (frozen === undefined) return [];
  return [
    finding('picture_frozen', `The output's picture stands still ${at(frozen)}, and the source's moves.`),
  ];
};
